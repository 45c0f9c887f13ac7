using System.Collections.Immutable;
using System.Reflection;
using Grains.Kernel;

namespace Grains.Spec.Golden;

/// <summary>One value of any type that events hold, with every member set: the same one every time.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Instant = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero).AddMicroseconds(123_456);

    public static object Of(Type type, string name = "value")
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Of(inner, name);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        if (Leaf(type, name) is { } leaf) return leaf;
        if (type.IsGenericType && Collection(type, name) is { } collection) return collection;

        var constructor = type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Of(parameter.ParameterType, parameter.Name!))]);
    }

    private static object? Leaf(Type type, string name) => type switch
    {
        _ when type == typeof(string) => $"{name}-1",
        _ when type == typeof(bool) => true,
        _ when type == typeof(int) => 3,
        _ when type == typeof(long) => 4L,
        _ when type == typeof(double) => 51.8133,
        _ when type == typeof(DateTimeOffset) => Instant,
        _ when type == typeof(DateOnly) => new DateOnly(2026, 11, 21),
        _ when type == typeof(PersonRef) => new PersonRef("person-1"),
        _ when type == typeof(TextRef) => new TextRef("text-1"),
        _ when type == typeof(Sealed) => new Sealed("subject-1", SealPurpose.Infection, new byte[] { 1, 2, 3, 250 }),
        _ => null,
    };

    private static object? Collection(Type type, string name)
    {
        var kind = type.GetGenericTypeDefinition();
        var items = type.GetGenericArguments();
        if (kind == typeof(ImmutableArray<>)) return Call(nameof(Array), items, name);
        if (kind == typeof(ImmutableSortedDictionary<,>)) return Call(nameof(Dictionary), items[1..], name);
        return null;
    }

    private static object Call(string method, Type[] types, string name) =>
        typeof(Sample).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(types).Invoke(null, [name])!;

    private static ImmutableArray<T> Array<T>(string name) => [(T)Of(typeof(T), name)];

    private static ImmutableSortedDictionary<string, T> Dictionary<T>(string name) =>
        ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal).Add("key-1", (T)Of(typeof(T), name));
}

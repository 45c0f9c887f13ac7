using System.Collections.Immutable;
using Grains.Children;
using Grains.Kernel;

namespace Gateway.Services;

/// <summary>Which subject stands for a child now: tokens that were linked lead to one.</summary>
public sealed class ChildLinks(IGrains grains, IVault vault)
{
    public async ValueTask<string> SubjectForAsync(string token, CancellationToken cancel) =>
        await FollowAsync(await vault.SubjectForAsync(token, cancel), cancel);

    // A subject that was linked is never linked to again, so no chain turns back on itself.
    public async ValueTask<string> FollowAsync(string subject, CancellationToken cancel)
    {
        while ((await grains.ReadAsync<ChildState>(StreamId.Child(subject), cancel)).State.LinkedTo is { } kept) subject = kept;
        return subject;
    }

    public async ValueTask<ImmutableSortedSet<string>> FollowAsync(ImmutableSortedSet<string> subjects, CancellationToken cancel)
    {
        var followed = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var subject in subjects) followed.Add(await FollowAsync(subject, cancel));
        return followed.ToImmutable();
    }
}

using System.Text.Json;
using Gateway.Rpc;
using Grains.Kernel;
using Grains.Placements;

namespace Gateway.Services;

/// <summary>What is known of a request's children, sealed under the request's key and opened for one call at a time.</summary>
public sealed class SealedFacts(IVault vault)
{
    public ValueTask<Sealed> SealAsync(string requestId, RequestFacts facts, CancellationToken cancel) =>
        vault.SealAsync(requestId, SealPurpose.Facts, Bytes(facts), cancel);

    public ValueTask<Sealed> SealAsync(string requestId, InfectionFacts infection, CancellationToken cancel) =>
        vault.SealAsync(requestId, SealPurpose.Infection, Bytes(infection), cancel);

    /// <summary>A child's infection as its place keeps it, under the child's own key: it is erased with the stay's, not with the request's.</summary>
    public ValueTask<Sealed> SealForStayAsync(string subjectId, InfectionFact infection, CancellationToken cancel) =>
        vault.SealAsync(subjectId, SealPurpose.Infection, Bytes(infection), cancel);

    /// <summary>Null when there is none, or it was erased.</summary>
    public async ValueTask<RequestFacts?> FactsAsync(PlacementState state, CancellationToken cancel) => await OpenAsync<RequestFacts>(state.Facts, cancel);

    /// <summary>A child that it does not name counts as not asked; so does everybody once it was erased.</summary>
    public async ValueTask<InfectionFacts> InfectionAsync(PlacementState state, CancellationToken cancel) =>
        await OpenAsync<InfectionFacts>(state.Infection, cancel) ?? InfectionFacts.None;

    public static RpcException Erased() => new(Code.FailedPrecondition, "ERASED", "What was known of the children has been erased.");

    private async ValueTask<T?> OpenAsync<T>(Sealed? value, CancellationToken cancel) where T : class =>
        value is not null && await vault.OpenAsync(value, cancel) is { } plain
            ? JsonSerializer.Deserialize<T>(plain, EventJson.Options) ?? throw new CorruptEventException($"A {value} holds nothing.")
            : null;

    private static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options);
}

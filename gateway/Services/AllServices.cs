using Gateway.Access;
using Gateway.Rpc;
using Gateway.Views;
using Grains.Kernel;

namespace Gateway.Services;

/// <summary>Every service of plek.v1 behind the one gate.</summary>
public static class AllServices
{
    public static void AddTo(
        Routes routes, IGrains grains, IVault vault, IEventStore store, CapacityIndex capacity, RequestBoard board, AlarmBoard alarms, AnswerBook answers, FeedFollower feed,
        NotifyDesk notify)
    {
        var gate = new Gate(routes, new Scopes(grains, alarms), new ReadLog(grains, vault));
        var (asking, atLeast, views) = (new Asking(grains, vault), new AtLeast(store), new ViewReads(capacity, board, alarms, answers, feed));
        var (sealedFacts, links) = (new SealedFacts(vault), new ChildLinks(grains, vault));
        new ProviderService(grains, vault, asking, atLeast, views).Map(gate);
        new CapacityService(views).Map(gate);
        new PlacementService(
            grains, vault, asking, sealedFacts, new RequestReader(grains, vault, store, sealedFacts, atLeast, alarms), new RequestFinder(grains, sealedFacts, views, links),
            new WaitingReader(grains, sealedFacts, views), views, links).Map(gate);
        new AlarmService(asking, views, notify).Map(gate);
        new RegionService(grains, vault, asking, atLeast).Map(gate);
    }
}

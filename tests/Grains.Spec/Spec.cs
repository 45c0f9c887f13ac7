using System.Text.Json;
using Grains.Kernel;
using Xunit;

namespace Grains.Spec;

/// <summary>Given past facts, when a command at an instant, then new facts or a refusal. Facts are compared as they are stored.</summary>
public sealed class Spec<TState, TCommand, TEvent>(Decider<TState, TCommand, TEvent> decider)
    where TEvent : class
{
    /// <summary>Noon on an ordinary Saturday in winter: 13:00 in Amsterdam.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public Situation Given(params TEvent[] history) =>
        new(decider, decider.Fold(decider.Initial, history), new(Noon, new("desk-1", "CrisisDesk", Channel.Desk, Noon), Policy.Default));

    public sealed record Situation(Decider<TState, TCommand, TEvent> Decider, TState State, Context Context)
    {
        public Situation At(DateTimeOffset now) => this with { Context = Context with { Now = now, Origin = Context.Origin with { OccurredAt = now } } };

        public Situation By(Origin origin) => this with { Context = Context with { Origin = origin } };

        public Situation Under(Policy policy) => this with { Context = Context with { Policy = policy } };

        public Outcome When(TCommand command) => new(Decider, State, Decider.Decide(State, command, Context));
    }

    public sealed record Outcome(Decider<TState, TCommand, TEvent> Decider, TState Before, Decision<TEvent> Decision)
    {
        /// <summary>The state that the new facts make.</summary>
        public TState State => Decider.Fold(Before, Decision.Events);

        public void Then(params TEvent[] expected)
        {
            Assert.Null(Decision.Refusal);
            Assert.Equal(expected.Select(Stored), Decision.Events.Select(Stored));
        }

        public void ThenNothing() => Then();

        public void ThenRefused(Reason reason, params (string Key, string Value)[] details)
        {
            Assert.Empty(Decision.Events);
            Assert.Equal(reason, Decision.Refusal?.Reason);
            if (details.Length > 0) Assert.Equal(details, Decision.Refusal!.Details.ToArray());
        }

        private static string Stored(TEvent fact) => $"{fact.GetType().Name} {JsonSerializer.Serialize<object>(fact, EventJson.Options)}";
    }
}

using System.Runtime.CompilerServices;
using Sametime.Contracts.Events;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// The sealed form of each fact that is about to be stored. Marten is given the fact itself, which its projection folds, and writes this
/// in its place.
/// </summary>
internal sealed class SealedForms
{
    private readonly ConditionalWeakTable<IEvent, StrongBox<WrittenEvent>> _forms = [];

    public void Add(IEvent fact, WrittenEvent stored) => _forms.AddOrUpdate(fact, new StrongBox<WrittenEvent>(stored));

    /// <exception cref="InvalidOperationException">It was not sealed, which is a mistake of ours: in the clear it is not stored.</exception>
    public WrittenEvent Of(IEvent fact) => _forms.TryGetValue(fact, out var stored)
        ? stored.Value
        : throw new InvalidOperationException($"{fact.GetType().Name} was to be stored before it was sealed.");
}

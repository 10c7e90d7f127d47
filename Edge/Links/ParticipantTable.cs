namespace Sametime.Edge.Links;

/// <summary>
/// Handles of the uplink. A handle is an index, so that routing a frame is one array access. It is free again when both ends
/// have sent Detach: until then a late frame must not reach the next owner.
/// </summary>
internal sealed class ParticipantTable
{
    // Handle 0 belongs to the link itself.
    private readonly List<Slot> _slots = [new Slot(null, IsLeaving: false)];
    private readonly Stack<uint> _free = new();

    /// <summary>Participants that are attached or about to be.</summary>
    public int Count { get; private set; }

    /// <summary>Handles whose Detach the hub has not answered yet.</summary>
    public int Leaving { get; private set; }

    public uint Add(IParticipant participant)
    {
        Count++;
        if (_free.TryPop(out var handle))
        {
            _slots[(int)handle] = new Slot(participant, IsLeaving: false);
            return handle;
        }

        _slots.Add(new Slot(participant, IsLeaving: false));
        return (uint)(_slots.Count - 1);
    }

    /// <summary>Who owns the handle; null for one that is free, leaving, or was never given out.</summary>
    public IParticipant? Find(uint handle) => handle < (uint)_slots.Count ? _slots[(int)handle].Participant : null;

    /// <summary>This end has sent Detach: nothing reaches the participant any more.</summary>
    public void Leave(uint handle)
    {
        Count--;
        Leaving++;
        _slots[(int)handle] = new Slot(null, IsLeaving: true);
    }

    /// <summary>The other end has sent Detach. Returns the participant it ends, or null when this end was first.</summary>
    public IParticipant? Free(uint handle)
    {
        if (handle == 0 || handle >= (uint)_slots.Count)
        {
            return null;
        }

        var slot = _slots[(int)handle];
        if (slot.Participant is null && !slot.IsLeaving)
        {
            return null;
        }

        if (slot.IsLeaving)
        {
            Leaving--;
        }
        else
        {
            Count--;
        }

        _slots[(int)handle] = default;
        _free.Push(handle);
        return slot.Participant;
    }

    /// <summary>Empties the table, since handles mean nothing beyond their link. Returns who was in it.</summary>
    public List<IParticipant> Clear()
    {
        var all = new List<IParticipant>(Count);
        foreach (var slot in _slots)
        {
            if (slot.Participant is not null)
            {
                all.Add(slot.Participant);
            }
        }

        _slots.RemoveRange(1, _slots.Count - 1);
        _free.Clear();
        Count = 0;
        Leaving = 0;
        return all;
    }

    private readonly record struct Slot(IParticipant? Participant, bool IsLeaving);
}

using System.Buffers.Binary;
using System.Numerics;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Edge.Clients;
using Sametime.Edge.Links;

namespace Sametime.Edge.FanOut;

/// <summary>
/// Makes the copies of one message for its recipients. The frame is built once; each client's copy differs in the channel of its
/// header only, which is overwritten before its stream takes the bytes. A chained Edge gets one frame with its part of the list.
/// One round at a time; its buffers are kept from round to round.
/// </summary>
internal sealed class FanOutRound(EdgeCounters counters)
{
    // length u32, type u16, options u16, then the channel.
    private const int ChannelOffset = Frame.LengthSize + 4;

    private readonly List<OuterLink> _outerLinks = [];
    private byte[] _frame = new byte[1024];
    private int _length;

    /// <summary>The message, from its type on. Its channel is that of whoever got the last copy.</summary>
    public ReadOnlySpan<byte> Message => _frame.AsSpan(Frame.LengthSize, _length - Frame.LengthSize);

    /// <summary>Copies a list of recipients out; unknown handles (ended a moment ago) are passed over.</summary>
    public void Deliver(Fanout fanout, ParticipantTable participants)
    {
        Begin(fanout.Message);
        for (var i = 0; i < fanout.Count; i++)
        {
            var (handle, channel) = fanout[i];
            if (participants.Find(handle) is { } participant)
            {
                Copy(participant, new ChannelId(channel));
            }
        }

        End();
    }

    /// <summary>Copies a message to those of <paramref name="clients"/> who are on an uplink, on the master channel.</summary>
    public void Broadcast(ReadOnlySpan<byte> message, IReadOnlyList<ClientConnection> clients, Uplink uplink)
    {
        Begin(message);
        for (var i = 0; i < clients.Count; i++)
        {
            if (clients[i].Uplink == uplink)
            {
                Copy(clients[i], ChannelId.Master);
            }
        }

        End();
    }

    /// <summary>The frame with this channel in its header. Valid until the next call.</summary>
    public ReadOnlySpan<byte> FrameFor(ChannelId channel)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_frame.AsSpan(ChannelOffset), channel.Value);
        counters.FanOutCopies++;
        return _frame.AsSpan(0, _length);
    }

    /// <summary>Puts a participant of a chained Edge on that Edge's part of the list.</summary>
    public void Pass(OuterLink link, uint outerHandle, ChannelId channel)
    {
        if (link.AddRecipient(outerHandle, channel))
        {
            _outerLinks.Add(link);
        }
    }

    private void Copy(IParticipant participant, ChannelId channel)
    {
        try
        {
            participant.OnCopy(this, channel);
        }
        catch (Exception error)
        {
            // A bug of ours that strikes at one recipient must not cost the others their copies.
            participant.OnFault(error);
        }
    }

    private void Begin(ReadOnlySpan<byte> message)
    {
        _length = Frame.LengthSize + message.Length;
        if (_frame.Length < _length)
        {
            _frame = new byte[BitOperations.RoundUpToPowerOf2((uint)_length)];
        }

        BinaryPrimitives.WriteInt32BigEndian(_frame, message.Length);
        message.CopyTo(_frame.AsSpan(Frame.LengthSize));
    }

    private void End()
    {
        foreach (var link in _outerLinks)
        {
            link.SendRecipients(Message);
        }

        _outerLinks.Clear();
    }
}

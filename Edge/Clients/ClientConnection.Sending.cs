using System.Buffers.Binary;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Edge.FanOut;

namespace Sametime.Edge.Clients;

/// <summary>What reaches the client, and how its session ends.</summary>
internal sealed partial class ClientConnection
{
    void Links.IParticipant.OnAttached(Attached attached)
    {
        if (State != ClientState.LoggingIn)
        {
            return;
        }

        LoginId = attached.LoginId;
        Kind = attached.ParticipantKind;
        _registry.Counters.CountLogin(_attempt!.AuthType);
        ForgetAttempt();
        Enter(ClientState.In);
        _registry.LoggedIn++;
    }

    void Links.IParticipant.OnMessage(ReadOnlySpan<byte> message)
    {
        if (IsOver)
        {
            return;
        }

        _channels.See(message);
        var frameBytes = Frame.LengthSize + message.Length;
        var span = _stream.Output.GetSpan(frameBytes);
        BinaryPrimitives.WriteInt32BigEndian(span, message.Length);
        message.CopyTo(span[Frame.LengthSize..]);
        _stream.Output.Advance(frameBytes);
        _stream.Flush();
        OnSent(frameBytes);
    }

    void Links.IParticipant.OnCopy(FanOutRound round, ChannelId channel)
    {
        if (State != ClientState.In)
        {
            return;
        }

        if (OpenChannels.TypeOf(round.Message) == MessageType.ChannelDestroy)
        {
            _channels.Remove(channel.Value);
        }

        if (_stream.QueuedBytes > 0)
        {
            _registry.Counters.UnsharedCopies++;
        }

        var frame = round.FrameFor(channel);
        _stream.SendShared(frame);
        OnSent(frame.Length);
    }

    void Links.IParticipant.OnRedirected(Redirect redirect)
    {
        (_handle, _uplink) = (0, null);
        if (State != ClientState.LoggingIn || !_attempt!.Login!.TryRedirect())
        {
            End(Reason.ServerBroken);
            return;
        }

        _registry.Uplinks.Reach(redirect, AttachVia);
    }

    void Links.IParticipant.OnDetached(Reason reason)
    {
        (_handle, _uplink) = (0, null);
        End(reason);
    }

    void Links.IParticipant.OnFault(Exception error) => Fail(error);

    void ITurnEnd.OnTurnEnd()
    {
        _isQueueCheckDeferred = false;
        if (!IsOver && _stream.QueuedBytes > _registry.Limits.SendQueueBytesMax)
        {
            AbortSlowReader();
        }
    }

    public void OnEnded(IByteStream stream, StreamEnd end)
    {
        if (State == ClientState.Ended)
        {
            return;
        }

        Leave(Reason.ConnectionBroken);
        Enter(ClientState.Ended);
        _registry.Remove(this);
    }

    /// <summary>Tells the client why, sends what is queued, and closes. Works in every state; the first call counts.</summary>
    public void End(Reason reason)
    {
        if (IsOver)
        {
            return;
        }

        _registry.CountEnd(this, reason);
        SendDestroy(ChannelId.Master, reason);
        Leave(reason);
        Close();
    }

    /// <summary>Closes without a word, since what came was no session.</summary>
    public void EndUnspoken()
    {
        if (IsOver)
        {
            return;
        }

        _registry.Counters.ClosedUnspoken++;
        Leave(Reason.ConnectionAborted);
        Enter(ClientState.Ending);
        _stream.Close(_registry.Limits.CloseLinger);
    }

    /// <summary>Resets a client that does not read what waits for it, so that nobody else waits.</summary>
    public void AbortSlowReader()
    {
        _registry.CountSlowReader(this);
        Leave(Reason.ConnectionAborted);
        Enter(ClientState.Ending);
        _stream.Abort();
    }

    private void Fail(Exception error)
    {
        _registry.LogFailure(this, error);
        End(Reason.ServerBroken);
    }

    // The client's goodbye goes on, so that the hub logs it out by the client's own word, and then the handle is given back.
    private void Logout(ReadOnlySpan<byte> message)
    {
        if (_handle != 0 && State == ClientState.In)
        {
            _uplink!.SendMessage(_handle, message);
        }

        Leave(Reason.Success);
        Close();
    }

    private void Leave(Reason reason)
    {
        if (State == ClientState.In)
        {
            _registry.LoggedIn--;
        }

        if (_handle != 0)
        {
            _uplink!.Detach(_handle, reason);
            (_handle, _uplink) = (0, null);
        }

        ForgetAttempt();
    }

    private void ForgetAttempt()
    {
        _attempt?.Forget();
        _attempt = null;
    }

    private void Close()
    {
        Enter(ClientState.Ending);
        _stream.Flush();
        _stream.Close(_registry.Limits.CloseLinger);
    }

    private void SendDestroy(ChannelId channel, Reason reason)
    {
        FrameWriter.Write(_stream.Output, channel, new ChannelDestroy(reason));
        _stream.Flush();
        OnSent(Frame.LengthSize + MessageHeader.Size + sizeof(uint) + sizeof(uint));
    }

    private void Write<T>(T message)
        where T : IWireMessage<T>
    {
        var before = _stream.QueuedBytes;
        FrameWriter.Write(_stream.Output, message);
        _stream.Flush();
        OnSent(_stream.QueuedBytes - before);
    }

    private void OnSent(int bytes)
    {
        _sentAt = _registry.Clock.Now;
        _registry.OnSent(bytes);

        // A turn may queue more than the socket takes at once; only what is left after its flush is the client's slowness.
        if (!_isQueueCheckDeferred && _stream.QueuedBytes > _registry.Limits.SendQueueBytesMax)
        {
            _isQueueCheckDeferred = true;
            _registry.Loop.Defer(this);
        }
    }
}

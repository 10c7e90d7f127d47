using System.Buffers;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Hub.Logins;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Community;

/// <summary>The COMMUNITY service: tells subscribed applications who comes and goes, first the present state, then each change.</summary>
internal sealed class CommunityEvents(Links links, OnlineUsers online, ServiceDirectory services)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    /// <summary>Tells every application that wants this kind.</summary>
    public void Tell<T>(in T happened)
        where T : ICommunityEvent<T>
    {
        var isComposed = false;
        foreach (var application in links.Applications)
        {
            if ((application.Hears & T.Kind) == 0)
                continue;
            if (!isComposed)
                Compose(happened);
            isComposed = true;
            application.Link!.Send(LinkKind.CommunityEvent, 0, _buffer.WrittenSpan, default);
        }
    }

    /// <summary>The present state as events, for one who begins to hear.</summary>
    public void Subscribe(Application application, CommunityEventKinds kinds)
    {
        application.Hears = kinds;
        foreach (var participant in online.Participants)
        {
            if (participant is not Login)
                TellOne(application, new ComponentChanged(participant.Kind, participant.Name, participant.LoginId.ToString(), Up: true, Reason.Success));
        }
        foreach (var service in services.Services)
            TellOne(application, new ServiceChanged(service, Up: true));
        foreach (var login in online.Logins)
            TellOne(application, new LoggedIn(login.Info!, login.Kind, login.Status, login.User.Privacy));
        application.Hears |= CommunityEventKinds.SnapshotComplete;
        TellOne(application, default(SnapshotComplete));
    }

    /// <summary>Tells the one application that this is for, whatever it has subscribed to.</summary>
    public void TellOnly<T>(Application application, in T happened)
        where T : ICommunityEvent<T>
    {
        Compose(happened);
        application.Link!.Send(LinkKind.CommunityEvent, 0, _buffer.WrittenSpan, default);
    }

    private void TellOne<T>(Application application, in T happened)
        where T : ICommunityEvent<T>
    {
        if ((application.Hears & T.Kind) == 0)
            return;
        TellOnly(application, happened);
    }

    private void Compose<T>(in T happened)
        where T : ICommunityEvent<T>
    {
        _buffer.ResetWrittenCount();
        var writer = new WireWriter(_buffer);
        writer.WriteUInt32((uint)T.Kind);
        happened.Write(ref writer);
        writer.Complete();
    }
}

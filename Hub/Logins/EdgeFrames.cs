using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Homes;

namespace Sametime.Hub.Logins;

/// <summary>What an Edge's link brings: clients that come and go, and their messages.</summary>
internal sealed class EdgeFrames(LoginAdmission admission, LoginEnding ending, ClientMessages messages, Entrances entrances, HubCounters counters)
{
    /// <summary>False when the Edge breaks the rules of the link, so that nothing it says can be relied on.</summary>
    public bool Handle(EdgeNode edge, in LinkFrame frame)
    {
        switch (frame.Kind)
        {
            case LinkKind.Message:
                // A handle that is unknown was released while this was on its way.
                if (edge.ByHandle.TryGetValue(frame.Handle, out var login))
                    messages.OnMessage(login, frame.Payload);
                return true;

            case LinkKind.Attach:
                return OnAttach(edge, frame.Handle, frame.Payload);

            case LinkKind.Detach:
                return OnDetach(edge, frame.Handle, frame.Payload);

            case LinkKind.EdgeHello:
                var hello = new WireReader(frame.Payload);
                return entrances.TrySet(edge, EdgeHello.Read(ref hello)) && hello.Error is null;

            default:
                counters.UnknownFrames++;
                return true;
        }
    }

    private bool OnAttach(EdgeNode edge, uint handle, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        var attach = Attach.Read(ref reader);
        if (reader.Error is not null)
            return false;

        var login = new Login(edge, attach) { Link = edge.Link, Handle = handle };
        if (!edge.ByHandle.TryAdd(handle, login))
            return false;
        admission.Begin(login, attach);
        return true;
    }

    private bool OnDetach(EdgeNode edge, uint handle, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        var detach = Detach.Read(ref reader);
        if (reader.Error is not null)
            return false;

        if (edge.ByHandle.TryGetValue(handle, out var login) && login.State == LoginState.Undecided)
            admission.Abandon(login);
        ending.OnDetached(edge, handle, detach.Reason);
        return true;
    }
}

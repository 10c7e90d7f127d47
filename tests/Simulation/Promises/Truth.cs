using System.Globalization;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Tests.Simulation.Clients;

namespace Sametime.Tests.Simulation.Promises;

/// <summary>After quiet time, what everybody has been told is compared with how it is.</summary>
internal sealed class Truth(SimCommunity community)
{
    private readonly Ledger _ledger = community.Promises;

    public void Check()
    {
        EverybodyIsBack();
        EveryConversationIsOneThing();
        EachUserIsAtOneHub();
        PresenceIsTrue();
        HubsKeepNothingOfThePast();
        if (community.ChatLog.Mode == ChatLogMode.Off)
            return;
        HubsHaveNothingLeftToLog();
        EachLoggedLineIsDeliveredOrMarked();
        EachDeliveredLineIsLoggedOrInAGap();
    }

    private void EverybodyIsBack()
    {
        foreach (var client in community.Clients.Where(client => !client.IsIn))
            _ledger.Break($"{client.Name}/{client.Index} is not logged in after the quiet time; it was told {client.LastEnd?.ToString() ?? "nothing"}");
    }

    private void EveryConversationIsOneThing()
    {
        foreach (var conversation in _ledger.Conversations)
        {
            var (creator, acceptor) = (conversation.Creator!, conversation.Acceptor);
            if (creator.State == EndState.Asked)
                _ledger.Break($"{creator} was neither accepted nor refused");
            if (acceptor is null || (creator.IsOver && acceptor.IsOver))
                continue;
            if (creator.IsOver != acceptor.IsOver)
                _ledger.Break($"{(creator.IsOver ? acceptor : creator)} was not told that the other end is over");
            else if (creator.Sent != acceptor.Received || acceptor.Sent != creator.Received)
                _ledger.Break($"{creator} and {acceptor} are open, and something has not arrived");
        }
    }

    private void EachUserIsAtOneHub()
    {
        foreach (var user in community.Clients.Where(client => client.IsIn).GroupBy(client => client.Name))
        {
            var hubs = user.Select(client => HubOf(client.Session!)).Distinct().ToArray();
            if (hubs.Length > 1)
                _ledger.Break($"{user.Key} is at the hubs {string.Join(", ", hubs)} at once");
        }
    }

    private void PresenceIsTrue()
    {
        foreach (var watcher in community.Clients.Where(client => client.IsIn))
        {
            foreach (var watched in watcher.Watched.Distinct())
            {
                var seen = watcher.Session!.ViewOf(new UserId(watched));
                var logins = community.Clients.Where(client => client.Name == watched && client.IsIn).ToArray();
                var isThere = logins.Length > 0 && !IsHidden(watched, watcher.Name);
                if (seen is not { } block)
                    _ledger.Break($"{watcher.Name} was never told of {watched}");
                else if (block.IsOnline != isThere)
                    _ledger.Break($"{watcher.Name}/{watcher.Index} sees {watched} {(block.IsOnline ? "online" : "offline")}, which is not so");
                else if (isThere && logins.Length == 1 && block.Status.Status != logins[0].Status.Status)
                    _ledger.Break($"{watcher.Name} sees {watched} as {block.Status.Status}, who is {logins[0].Status.Status}");
            }
        }
    }

    private bool IsHidden(string user, string from)
    {
        // The store in memory answers at once.
        var privacy = ((IPrivacyProvider)community.Store).LoadAsync(new UserId(user), CancellationToken.None).AsTask().Result ?? PrivacyInfo.Everybody;
        return user != from && privacy.Users.Any(item => item.User == new UserId(from)) == privacy.Deny;
    }

    private void HubsKeepNothingOfThePast()
    {
        var alive = community.Clients.Where(client => client.IsIn).Select(client => client.Session!.Login!.LoginId).ToHashSet();
        foreach (var hub in community.HubProcesses.Values)
        {
            var status = hub.Hub.Status;
            var own = alive.Count(login => HubOf(login) == hub.Name[^1]);
            if (status.Logins != own)
                _ledger.Break($"{hub.Name} has {status.Logins} logins where {own} are alive");
            var open = _ledger.Conversations.Count(conversation => IsAt(hub.Name, conversation.Creator) || IsAt(hub.Name, conversation.Acceptor));
            var listed = status.Channels().Count(channel => channel.Service == ServiceTypes.InstantMessage);
            if (listed != open)
                _ledger.Break($"{hub.Name} keeps {listed} conversations where {open} are open");
        }
    }

    private void HubsHaveNothingLeftToLog()
    {
        foreach (var hub in community.HubProcesses.Values)
        {
            var capture = hub.Hub.Status.Capture;
            if ((capture.Waiting, capture.HeldMessages, capture.Gaps) != (0, 0, 0))
                _ledger.Break($"{hub.Name} still has {capture.Waiting} facts, {capture.HeldMessages} messages and {capture.Gaps} gaps for the log");
        }
    }

    private void EachLoggedLineIsDeliveredOrMarked()
    {
        var ends = _ledger.Conversations.SelectMany(one => new[] { one.Creator!, one.Acceptor }).OfType<ConversationEnd>()
            .Where(end => end.Session.Login is not null).ToDictionary(end => (end.Conversation.Correlation, end.LoginId, end == end.Conversation.Creator));
        foreach (var (line, place) in community.ChatLog.Lines)
        {
            var author = ends.GetValueOrDefault((line.Conversation, line.Author, line.Text.StartsWith("caller", StringComparison.Ordinal)));
            if (author is null)
                _ledger.Break($"the log has a line of {line.Conversation} by {line.Author}, who takes no part in it");
            else if (!IsFateKnown(author, line.Text, place.Stream, place.Sequence))
                _ledger.Break($"line {line.Text} of {author} is logged, and neither delivered nor marked");
        }
    }

    // What is lost behind the hub is known to be: the reader was told that the way broke, or was gone, or the log says how it ended.
    private bool IsFateKnown(ConversationEnd author, string text, EventSource stream, long sequence) =>
        author.FarEnd is not { } reader || reader.Received >= int.Parse(text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture)
        || reader.HasHungUp || reader.State == EndState.Gone || reader.ToldBecause is not (null or Reason.Success)
        || community.ChatLog.IsMarkedUndelivered(stream, sequence)
        || community.ChatLog.EndOf(stream, author.Conversation.Correlation) is not Reason.Success;

    private void EachDeliveredLineIsLoggedOrInAGap()
    {
        foreach (var conversation in _ledger.Conversations.Where(one => one.Acceptor is not null))
        {
            foreach (var author in new[] { conversation.Creator!, conversation.Acceptor! })
            {
                // Of a hub that was killed the log has what it had; that the rest may be missing says the mark that Chat Logging makes then.
                var hub = community.HubProcesses.Values.FirstOrDefault(one => IsOf(author.LoginId, one.Stream));
                for (var number = 1; hub is not null && number <= author.FarEnd!.Received; number++)
                {
                    var text = author.LineOf(number);
                    if (!community.ChatLog.Has(conversation.Correlation, author.LoginId, text) && !community.ChatLog.HasGap(hub.Stream, conversation.Correlation))
                        _ledger.Break($"line {text} of {author} was delivered, and is neither logged nor in a gap");
                }
            }
        }
    }

    private static bool IsOf(string loginId, EventSource stream) =>
        LoginId.TryParse(loginId, out var login) && (login.Hub, login.Incarnation) == (stream.Hub, stream.Incarnation);

    private static bool IsAt(string hub, ConversationEnd? end) => end is { State: EndState.Open } && HubOf(end.Session) == hub[^1];

    private static char HubOf(Session session) => HubOf(session.Login!.LoginId);

    // The number of the hub is the first part of a login id; there are fewer than ten.
    private static char HubOf(string loginId) => loginId[3];
}

using System.Globalization;
using System.Net;
using Sametime.Contracts.Events;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Tests.Simulation.Processes;
using Sametime.Tests.Simulation.Promises;
using Sametime.Tests.Simulation.World;

namespace Sametime.Tests.Simulation.Clients;

/// <summary>
/// Somebody with a client: logs in at one of the Edges and comes back whenever the connection is lost, talks, hangs up, changes his status
/// and privacy, stores something and reads it again, all by chance.
/// </summary>
internal sealed class SimClient
{
    private const uint StoredKey = 7;

    private readonly SimCommunity _community;
    private readonly Universe _universe;
    private readonly Ledger _ledger;
    private readonly SimLoop _loop;
    private readonly IPEndPoint _address;
    private uint _lastRequest;
    private int _lastValue;
    private (uint Request, int Value)? _saving;
    private (uint Request, int AckedBefore)? _loading;

    /// <param name="community">Where it lives.</param>
    /// <param name="name">The user.</param>
    /// <param name="machine">Number of the machine it runs on; a user's clients share one.</param>
    /// <param name="index">Which client of the user it is; the first one stores.</param>
    public SimClient(SimCommunity community, string name, int machine, int index)
    {
        (_community, _universe, _ledger, Name, Index) = (community, community.Universe, community.Promises, name, index);
        _loop = new SimLoop(_universe, $"{name}/{index}");
        _address = new IPEndPoint(new IPAddress(new byte[] { 127, 0, 1, (byte)machine }), 40000 + index);
    }

    public string Name { get; }

    public int Index { get; }

    public UserId User => new(Name);

    public Session? Session { get; private set; }

    /// <summary>What the server said when it ended the last session; null when it said nothing.</summary>
    public Reason? LastEnd { get; private set; }

    public bool IsIn => Session is { IsIn: true };

    /// <summary>Whom it watches.</summary>
    public required IReadOnlyList<string> Watched { get; init; }

    public UserStatus Status { get; private set; } = new(StatusCode.Active);

    public int Acked { get; private set; } = -1;

    /// <summary>The greatest value ever sent to be stored.</summary>
    public int Attempted => _lastValue;

    public TimeSpan Now => _universe.Now;

    /// <summary>Off: it only stays logged in.</summary>
    public bool IsActive { get; set; } = true;

    public void Start()
    {
        ConnectAfter(0, 3000);
        _universe.After(_universe.Between(500, 4000), Live);
    }

    public void Later(Action what) => _loop.Schedule(_universe.Between(200, 2000), what);

    public void OnLoggedIn(Session session) => Status = new UserStatus(StatusCode.Active);

    public void OnSessionOver(Session session)
    {
        if (session != Session)
            return;
        Session = null;
        LastEnd = session.EndedBecause;
        (_saving, _loading) = (null, null);
        ConnectAfter(300, 3000);
    }

    /// <summary>Somebody has said something to it: where logging is strict, the log has it by now.</summary>
    public void OnHeard(ConversationEnd end, string text)
    {
        if (_community.ChatLog.Mode == ChatLogMode.Strict && !_community.ChatLog.Has(end.Conversation.Correlation, end.FarEnd!.LoginId, text))
            _ledger.Break($"{end} was sent line {text}, which is not in the log");
    }

    public void OnSaved(uint request, Reason result)
    {
        if (_saving is not { } saving || saving.Request != request)
            return;
        _saving = null;
        if (result == Reason.Success)
            Acked = saving.Value;
    }

    public void OnLoaded(uint request, string text)
    {
        if (_loading is not { } loading || loading.Request != request)
            return;
        _loading = null;
        var value = text.Length == 0 ? -1 : int.Parse(text, CultureInfo.InvariantCulture);
        if (value < loading.AckedBefore || value > _lastValue)
            _ledger.Break($"{Name} read {value} where {loading.AckedBefore} was acknowledged and {_lastValue} was the last one sent");
    }

    /// <summary>Says its privacy list anew, so that nobody can be in doubt about which one is in force, and reads what it has stored.</summary>
    public void Settle() => _loop.Enter(() =>
    {
        if (Index == 0)
            Session?.SetPrivacy(Privacy);
        ReadBack();
    });

    private void ReadBack()
    {
        if (Session is not { CanStore: true } session || _loading is not null || Index > 0)
            return;
        _loading = (++_lastRequest, Acked);
        session.Load(_lastRequest, StoredKey);
    }

    public PrivacyInfo Privacy { get; private set; } = PrivacyInfo.Everybody;

    private void ConnectAfter(double lowMilliseconds, double highMilliseconds) =>
        _universe.After(_universe.Between(lowMilliseconds, highMilliseconds), () => _loop.Enter(Connect));

    private void Connect()
    {
        if (Session is not null)
            return;
        var edge = EdgeProcess.NameOf(1 + _universe.Chance.Next(SimCommunity.Edges));
        _ = DialAsync(edge);
    }

    private async Task DialAsync(string edge)
    {
        IByteStream stream;
        try
        {
            stream = await _community.Network.ConnectAsync(_loop, edge, _address);
        }
        catch (IOException)
        {
            ConnectAfter(300, 2000);
            return;
        }
        Session = new Session(this, stream, _ledger);
        Session.Begin();
    }

    private void Live()
    {
        _universe.After(_universe.Between(100, 1500), Live);
        if (IsActive && Session is { IsIn: true } session)
            _loop.Enter(() => Act(session));
    }

    private void Act(Session session)
    {
        var open = session.OpenConversations.ToArray();
        switch (_universe.Chance.Next(100))
        {
            case < 40 when open.Length > 0:
                for (var i = _universe.Chance.Next(1, 6); i > 0; i--)
                    session.Say(_universe.Pick(open));
                break;
            case < 60 when open.Length < 5:
                session.Call(_universe.Pick(_community.Users), _ledger.Begin());
                break;
            case < 66 when open.Length > 0:
                session.HangUp(_universe.Pick(open));
                break;
            case < 76:
                Status = new UserStatus(_universe.Pick<StatusCode>([StatusCode.Active, StatusCode.Away, StatusCode.DoNotDisturb]));
                session.SetStatus(Status);
                break;
            case < 80 when Index == 0:
                Privacy = _universe.Maybe(0.5) ? PrivacyInfo.Everybody : new PrivacyInfo(Deny: true, [new UserItem(new UserId(_universe.Pick(_community.Users)))]);
                session.SetPrivacy(Privacy);
                break;
            case < 92 when Index == 0 && session.CanStore && _saving is null:
                _saving = (++_lastRequest, ++_lastValue);
                session.Save(_lastRequest, StoredKey, _lastValue);
                break;
            case < 96:
                ReadBack();
                break;
            case < 97:
                session.LogOut();
                break;
            case < 98:
                session.Vanish();
                break;
        }
    }
}

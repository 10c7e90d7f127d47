using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;

namespace Sametime.Edge.Clients;

/// <summary>All client connections of the Edge, and what they share.</summary>
internal sealed class ClientRegistry(
    ILoop loop,
    LimitsOptions limits,
    EdgeClock clock,
    EdgeCounters counters,
    EdgeLog log,
    Uplinks uplinks,
    LoginDesk desk,
    KeyAgreementPool keys,
    ConnectionGate gate,
    bool isTlsRequired) : ITurnEnd
{
    private readonly List<ClientConnection> _clients = [];
    private readonly SendBudget _budget = new(limits);
    private long _errors;
    private bool _isBudgetDeferred;

    public ILoop Loop => loop;

    public LimitsOptions Limits => limits;

    public EdgeClock Clock => clock;

    public EdgeCounters Counters => counters;

    public Uplinks Uplinks => uplinks;

    public LoginDesk Desk => desk;

    public KeyAgreementPool Keys => keys;

    /// <summary>Bytes that waited for clients at the last count.</summary>
    public long QueuedBytes => _budget.Queued;

    public bool IsTlsRequired => isTlsRequired;

    public IReadOnlyList<ClientConnection> All => _clients;

    /// <summary>Clients in state In; kept by them.</summary>
    public int LoggedIn { get; set; }

    /// <summary>Called once when <see cref="All"/> has become empty; for draining.</summary>
    public Action? Emptied { get; set; }

    public void Add(ClientConnection client)
    {
        counters.Accepted++;
        client.Index = _clients.Count;
        _clients.Add(client);
    }

    public void Remove(ClientConnection client)
    {
        var last = _clients[^1];
        _clients[client.Index] = last;
        last.Index = client.Index;
        _clients.RemoveAt(_clients.Count - 1);
        gate.Release(client.Address);
        if (_clients.Count == 0)
        {
            Emptied?.Invoke();
        }
    }

    /// <summary>One look at every connection: deadlines, queues, keep-alive.</summary>
    public void Sweep()
    {
        clock.Advance();

        // Backwards, so that whoever leaves during the sweep is replaced by one that had its turn.
        for (var i = _clients.Count - 1; i >= 0; i--)
        {
            if (i < _clients.Count)
            {
                _clients[i].Sweep();
            }
        }

        _budget.Enforce(_clients);
        gate.Sweep(clock.Now);
    }

    /// <summary>Every send passes here; the bound over all queues is looked at once a turn when it may be reached.</summary>
    public void OnSent(int bytes)
    {
        counters.FramesOut++;
        counters.BytesOut += bytes;
        if (_budget.OnSent(bytes) && !_isBudgetDeferred)
        {
            _isBudgetDeferred = true;
            loop.Defer(this);
        }
    }

    void ITurnEnd.OnTurnEnd()
    {
        _isBudgetDeferred = false;
        _budget.Enforce(_clients);
    }

    public void CountEnd(ClientConnection client, Reason reason)
    {
        counters.CountEnded(reason);
        log.ClientEnded(client.Address, client.State, reason);
    }

    public void CountSlowReader(ClientConnection client)
    {
        counters.SlowReaders++;
        log.SlowReader(client.LoginId, client.QueuedBytes);
    }

    public void LogFailure(ClientConnection client, Exception error) =>
        log.ClientFailed(error, ++_errors, client.Address, client.State);
}

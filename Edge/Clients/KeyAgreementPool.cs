using Sametime.Contracts.Crypto;

namespace Sametime.Edge.Clients;

/// <summary>
/// Fresh Diffie-Hellman pairs, one for each connection and never used twice, made off the loop in advance so that a Handshake
/// is answered at once. Who finds it empty waits in line.
/// </summary>
internal sealed class KeyAgreementPool(OffLoop offLoop, int ready, Action<Exception> failed)
{
    private readonly Stack<KeyAgreement> _pairs = new(ready);
    private readonly Queue<Action<KeyAgreement>> _waiting = new();
    private int _beingMade;

    /// <summary>Begins to make pairs until enough are ready.</summary>
    public void Refill()
    {
        while (_beingMade + _pairs.Count < ready + _waiting.Count)
        {
            _beingMade++;
            offLoop.Run(KeyAgreement.Create, Put, Fail);
        }
    }

    /// <summary>Hands over a pair, now or when one is made. The line is no longer than there are connections.</summary>
    public void Take(Action<KeyAgreement> taker)
    {
        if (_pairs.TryPop(out var pair))
        {
            taker(pair);
        }
        else
        {
            _waiting.Enqueue(taker);
        }

        Refill();
    }

    private void Put(KeyAgreement pair)
    {
        _beingMade--;
        if (_waiting.TryDequeue(out var taker))
        {
            taker(pair);
        }
        else
        {
            _pairs.Push(pair);
        }
    }

    private void Fail(Exception error)
    {
        _beingMade--;
        failed(error);
    }
}

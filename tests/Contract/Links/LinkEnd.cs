using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Contract.Links;

/// <summary>A handler that remembers what it heard, and lets a test wait for it.</summary>
internal sealed class LinkEnd(ILoop loop) : ILinkHandler
{
    private readonly Lock _gate = new();
    private readonly List<int> _handles = [];
    private readonly Dictionary<string, ILink> _links = [];
    private TaskCompletionSource _changed = NewSignal();
    private ILink? _link;
    private LinkFailure? _failure;
    private Reason _closed;

    /// <summary>The stream below the link, at the connecting end.</summary>
    public IByteStream? Stream { get; set; }

    public LinkPeer? Peer { get; private set; }

    public int OpenedCount { get; private set; }

    public int ClosedCount { get; private set; }

    public byte[]? LastPayload { get; private set; }

    /// <summary>Handles of the frames received, in order.</summary>
    public int[] Handles
    {
        get
        {
            lock (_gate)
                return [.. _handles];
        }
    }

    public void OnLinkOpened(ILink link) => Note(() =>
    {
        _link ??= link;
        Peer = link.Peer;
        _links[link.Peer.Name] = link;
        OpenedCount++;
    });

    public void OnLinkFrame(ILink link, in LinkFrame frame)
    {
        var handle = (int)frame.Handle;
        var payload = frame.Payload.Length == 0 ? null : frame.Payload.ToArray();
        Note(() =>
        {
            _handles.Add(handle);
            LastPayload = payload;
        });
    }

    public void OnLinkClosed(ILink link, Reason reason) => Note(() =>
    {
        ClosedCount++;
        _closed = reason;
    });

    public void OnFailed(LinkFailure failure) => Note(() => _failure = failure);

    public Task OpenedAsync(CancellationToken stop) => OpenedAsync(1, stop);

    public Task OpenedAsync(int count, CancellationToken stop) => UntilAsync(() => OpenedCount >= count, stop);

    /// <summary>Waits for so many frames. A link that closes before is not waited for.</summary>
    public Task ReceivedAsync(int count, CancellationToken stop) => UntilAsync(() => HasReceived(count), stop);

    public async Task<Reason> ClosedAsync(CancellationToken stop)
    {
        await UntilAsync(() => ClosedCount > 0, stop);
        return _closed;
    }

    public async Task<LinkFailure> FailedAsync(CancellationToken stop)
    {
        await UntilAsync(() => _failure is not null, stop);
        return _failure!;
    }

    public Task DoAsync(Action<ILink> work) => loop.AskAsync(() => work(_link!));

    public Task<T> DoAsync<T>(Func<ILink, T> work) => loop.AskAsync(() => work(_link!));

    public Task<T> DoAsync<T>(string peer, Func<ILink, T> work) => loop.AskAsync(() => work(_links[peer]));

    /// <summary>Waits until something is so of the link.</summary>
    public Task UntilAsync(Func<ILink, bool> isSo, CancellationToken stop) => loop.UntilAsync(() => isSo(_link!), stop);

    /// <summary>Sends frames with the handles 0, 1, 2 ... over many turns.</summary>
    public async Task SendNumbersAsync(int count)
    {
        const int PerTurn = 1000;
        for (var first = 0; first < count; first += PerTurn)
        {
            var from = first;
            await DoAsync(link =>
            {
                for (var i = from; i < Math.Min(from + PerTurn, count); i++)
                    link.Send(LinkKind.Message, (uint)i, [], []);
            });
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool HasReceived(int count)
    {
        if (_handles.Count < count && OpenedCount > 0 && ClosedCount == OpenedCount)
            throw new InvalidOperationException($"The link has closed with {_closed} after {_handles.Count} of {count} frames.");
        return _handles.Count >= count;
    }

    private void Note(Action change)
    {
        lock (_gate)
        {
            change();
            _changed.TrySetResult();
        }
    }

    private async Task UntilAsync(Func<bool> isSo, CancellationToken stop)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (isSo())
                    return;
                if (_changed.Task.IsCompleted)
                    _changed = NewSignal();
                changed = _changed.Task;
            }
            await changed.WaitAsync(TimeSpan.FromSeconds(30), stop);
        }
    }
}

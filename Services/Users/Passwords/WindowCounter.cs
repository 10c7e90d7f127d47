namespace Sametime.Services.Users.Passwords;

/// <summary>
/// Counts by key in windows that start with a key's first count and end a fixed time later. Holds a bounded number of keys; beyond it the
/// oldest window ends early. Not thread-safe.
/// </summary>
internal sealed class WindowCounter<TKey>(TimeSpan window, int keysMax, TimeProvider time)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Window> _windows = [];
    private readonly Queue<Window> _oldestFirst = new();

    public int Keys => _windows.Count;

    public int this[TKey key]
    {
        get
        {
            Expire();
            return _windows.TryGetValue(key, out var open) ? open.Count : 0;
        }
    }

    public void Add(TKey key, int amount)
    {
        Expire();
        if (_windows.TryGetValue(key, out var open))
        {
            open.Count = Math.Max(0, open.Count + amount);
            return;
        }

        if (amount <= 0)
            return;
        var opened = new Window(key, time.GetTimestamp()) { Count = amount };
        _windows.Add(key, opened);
        _oldestFirst.Enqueue(opened);
        Expire();
    }

    private void Expire()
    {
        while (_oldestFirst.TryPeek(out var oldest) && (_windows.Count > keysMax || time.GetElapsedTime(oldest.OpenedAt) >= window))
        {
            _oldestFirst.Dequeue();
            _windows.Remove(oldest.Key);
        }
    }

    private sealed class Window(TKey key, long openedAt)
    {
        public TKey Key => key;

        public long OpenedAt => openedAt;

        public int Count { get; set; }
    }
}

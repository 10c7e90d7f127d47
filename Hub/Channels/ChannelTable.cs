using System.Diagnostics.CodeAnalysis;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.Channels;

/// <summary>
/// The channels of one participant, by its numbers for them. A client has about five, for which looking along an array is faster and
/// smaller than hashing; an application has thousands, for which it is not.
/// </summary>
internal sealed class ChannelTable
{
    private const int FewMax = 8;

    private Entry[] _few = [];
    private int _fewCount;
    private Dictionary<ChannelId, Channel>? _many;
    private uint _lastMade;

    public int Count => _many?.Count ?? _fewCount;

    public IEnumerable<Channel> All => _many is not null ? _many.Values : _few.Take(_fewCount).Select(entry => entry.Channel);

    public bool TryGet(ChannelId id, [NotNullWhen(true)] out Channel? channel)
    {
        if (_many is not null)
            return _many.TryGetValue(id, out channel);

        foreach (ref readonly var entry in _few.AsSpan(0, _fewCount))
        {
            if (entry.Id == id)
            {
                channel = entry.Channel;
                return true;
            }
        }
        channel = null;
        return false;
    }

    public bool Contains(ChannelId id) => TryGet(id, out _);

    /// <summary>The caller has made sure that the number is free.</summary>
    public void Add(ChannelId id, Channel channel)
    {
        if (_many is null && _fewCount == FewMax)
        {
            _many = _few.ToDictionary(entry => entry.Id, entry => entry.Channel);
            (_few, _fewCount) = ([], 0);
        }
        if (_many is not null)
        {
            _many.Add(id, channel);
            return;
        }
        if (_fewCount == _few.Length)
            Array.Resize(ref _few, Math.Max(4, _few.Length * 2));
        _few[_fewCount++] = new Entry(id, channel);
    }

    public void Remove(ChannelId id)
    {
        if (_many is not null)
        {
            _many.Remove(id);
            return;
        }
        var index = Array.FindIndex(_few, 0, _fewCount, entry => entry.Id == id);
        if (index < 0)
            return;
        _few[index] = _few[--_fewCount];
        _few[_fewCount] = default;
    }

    /// <summary>A number of the server's half that is free here: 0x80000001, 2, ... and round again.</summary>
    public ChannelId MakeId()
    {
        ChannelId id;
        do
        {
            _lastMade = _lastMade == 0x7fff_ffff ? 1 : _lastMade + 1;
            id = new ChannelId(0x8000_0000 | _lastMade);
        }
        while (Contains(id));
        return id;
    }

    private readonly record struct Entry(ChannelId Id, Channel Channel);
}

using System.Buffers;
using System.Runtime.ExceptionServices;
using Sametime.Contracts.Loop;

namespace Sametime.Broker.Links;

/// <summary>
/// What the threads of the broker's client bring, in order, until the loop takes it. Its bound is the client's: messages up
/// to the prefetch, a confirmation for each message sent.
/// </summary>
internal sealed class Inbox(ILoop loop, IBrokerChannelHandler handler, Action<ulong> onHandled, Action onLost)
{
    private readonly Lock _gate = new();
    private List<Item> _arrived = [];
    private List<Item> _taken = [];
    private Action? _empty;
    private bool _isOpen;
    private bool _isLost;
    private bool _isOver;

    private enum ItemKind : byte
    {
        Message,
        Return,
        Taken,
        NotTaken,
        Blocked,
        Unblocked,
        Lost,
    }

    // ---- from any thread

    public void AddMessage(ReadOnlySpan<byte> message, ulong deliveryTag)
    {
        var array = ArrayPool<byte>.Shared.Rent(message.Length);
        message.CopyTo(array);
        Add(new Item(ItemKind.Message, deliveryTag, array, message.Length));
    }

    public void AddReturn(string queue) => Add(new Item(ItemKind.Return, Text: queue));

    public void AddConfirmation(ulong number, bool multiple, bool isTaken) =>
        Add(new Item(isTaken ? ItemKind.Taken : ItemKind.NotTaken, number, IsMultiple: multiple));

    public void AddBlocked(bool isBlocked) => Add(new Item(isBlocked ? ItemKind.Blocked : ItemKind.Unblocked));

    /// <summary>Nothing counts after it.</summary>
    public void AddLost(string why) => Add(new Item(ItemKind.Lost, Text: why));

    // ---- on the loop

    /// <summary>Hands over what has come so far, and from now on what comes.</summary>
    public void Open()
    {
        _empty = Empty;
        lock (_gate)
            _isOpen = true;
        Empty();
    }

    private void Add(in Item item)
    {
        lock (_gate)
        {
            if (_isLost)
                return;
            _isLost = item.Kind == ItemKind.Lost;
            _arrived.Add(item);
            if (!_isOpen || _arrived.Count > 1)
                return;
        }
        loop.Post(_empty!);
    }

    private void Empty()
    {
        lock (_gate)
            (_arrived, _taken) = (_taken, _arrived);
        Exception? fault = null;
        foreach (var item in _taken)
        {
            try
            {
                if (!_isOver)
                    HandOver(item);
            }
            catch (Exception error)
            {
                // Of one stream; the others need what follows.
                fault ??= error;
            }
            if (item.Array is not null)
                ArrayPool<byte>.Shared.Return(item.Array);
        }
        _taken.Clear();
        if (fault is not null)
            ExceptionDispatchInfo.Throw(fault);
    }

    private void HandOver(in Item item)
    {
        switch (item.Kind)
        {
            case ItemKind.Message:
                handler.OnMessage(item.Array.AsSpan(0, item.Length));
                onHandled(item.Number);
                break;
            case ItemKind.Return:
                handler.OnReturned(item.Text!);
                break;
            case ItemKind.Taken or ItemKind.NotTaken:
                handler.OnConfirmed(item.Number, item.IsMultiple, item.Kind == ItemKind.Taken);
                break;
            case ItemKind.Blocked or ItemKind.Unblocked:
                handler.OnBlocked(item.Kind == ItemKind.Blocked);
                break;
            default:
                _isOver = true;
                handler.OnLost(item.Text!);
                onLost();
                break;
        }
    }

    private readonly record struct Item(
        ItemKind Kind, ulong Number = 0, byte[]? Array = null, int Length = 0, bool IsMultiple = false, string? Text = null);
}

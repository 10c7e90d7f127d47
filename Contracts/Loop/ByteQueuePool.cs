using System.Buffers;

namespace Sametime.Contracts.Loop;

/// <summary>
/// Memory for <see cref="ByteQueue"/>s. A turn may have something to send for a thousand streams at once, more than the
/// shared pool keeps for a thread, so small arrays are kept here. Owned by one thread.
/// </summary>
internal sealed class ByteQueuePool
{
    private const int SmallBytes = 1024;

    /// <summary>At most 4 MiB are kept.</summary>
    private const int SmallKeptMax = 4096;

    private readonly Stack<byte[]> _small = new();

    public byte[] Rent(int count)
    {
        if (count > SmallBytes)
            return ArrayPool<byte>.Shared.Rent(count);
        return _small.TryPop(out var array) ? array : GC.AllocateUninitializedArray<byte>(SmallBytes);
    }

    public void Return(byte[] array)
    {
        if (array.Length != SmallBytes)
            ArrayPool<byte>.Shared.Return(array);
        else if (_small.Count < SmallKeptMax)
            _small.Push(array);
    }
}

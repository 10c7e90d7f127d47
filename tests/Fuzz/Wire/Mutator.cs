using System.Buffers.Binary;

namespace Sametime.Tests.Fuzz.Wire;

/// <summary>Damages golden bytes the way hostile and broken peers do. One seed gives one sequence of inputs.</summary>
internal sealed class Mutator(int seed)
{
    private const int RoundsMax = 4;
    private const int GrowthMax = 64;

    private static readonly uint[] Tempting = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

    private readonly Random _random = new(seed);

    public int Next(int count) => _random.Next(count);

    /// <summary>A damaged copy of one of the golden inputs, now and then with the tail of another.</summary>
    public byte[] Damage(IReadOnlyList<byte[]> golden)
    {
        var input = (byte[])golden[Next(golden.Count)].Clone();
        for (var rounds = 1 + Next(RoundsMax); rounds > 0; rounds--)
            input = DamageOnce(input, golden);
        return input;
    }

    private byte[] DamageOnce(byte[] input, IReadOnlyList<byte[]> golden)
    {
        var at = Next(input.Length + 1);
        var end = at + Next(Math.Min(input.Length - at, GrowthMax) + 1);
        switch (Next(8))
        {
            case 0:
                return input[..at];
            case 1:
                return [.. input[..at], .. input[end..]];
            case 2:
                return [.. input[..end], .. input[at..]];
            case 3:
                var noise = new byte[Next(GrowthMax)];
                _random.NextBytes(noise);
                return [.. input[..at], .. noise, .. input[at..]];
            case 4:
                var other = golden[Next(golden.Count)];
                return [.. input[..at], .. other[Next(other.Length + 1)..]];
            case 5 when at + sizeof(uint) <= input.Length:
                BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan(at), Tempting[Next(Tempting.Length)]);
                return input;
            case 6 when at + sizeof(ushort) <= input.Length:
                BinaryPrimitives.WriteUInt16BigEndian(input.AsSpan(at), (ushort)Tempting[Next(Tempting.Length)]);
                return input;
            default:
                if (at < input.Length)
                    input[at] ^= (byte)(1 << Next(8));
                return input;
        }
    }
}

using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Fuzz.Wire;

/// <summary>Damaged streams against the frame splitter: it always moves on or says why not, and never passes the limit.</summary>
public sealed class FrameFuzz
{
    private const int Inputs = 100_000;
    private const int FrameBytesMax = 200;

    [Fact]
    public void ADamagedStreamIsCutIntoFramesOrRefused()
    {
        var golden = WireForm.Messages.SelectMany(static form => VectorFile.Load(form.Type).Select(static vector => vector.Frame)).ToList();
        var mutator = new Mutator(seed: 1533);
        var endings = new HashSet<FrameKind>();
        for (var i = 0; i < Inputs; i++)
            endings.Add(Drain([.. mutator.Damage(golden), .. mutator.Damage(golden)]));
        Assert.Equal([FrameKind.Incomplete, FrameKind.TooLarge], endings.Order());
    }

    // Follows the stream to where the splitter stops, which is the end of the bytes or a length above the limit.
    private static FrameKind Drain(byte[] stream)
    {
        ReadOnlySpan<byte> rest = stream;
        FrameKind kind;
        while (Frame.TryRead(rest, FrameBytesMax, out var consumed, out kind, out var message))
        {
            Assert.InRange(consumed, 1, rest.Length);
            Assert.InRange(message.Length, kind == FrameKind.Message ? 1 : 0, kind == FrameKind.Message ? FrameBytesMax : 0);
            rest = rest[consumed..];
        }
        return kind;
    }
}

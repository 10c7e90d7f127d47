using System.Buffers.Binary;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Wire;

/// <summary>A law of the wire does not hold; the sentence says which, where.</summary>
public sealed class LawBrokenException(string sentence, Exception? inner = null) : Exception(sentence, inner);

/// <summary>
/// What holds for every message body and every service payload, whoever wrote it. Take the form by
/// <c>WireForm.Named(nameof(SnapshotPayload))</c>, or let a theory run over <see cref="WireForm.All"/>. The types themselves need no
/// test code for this, only a vector file; what their fields mean is for a test of their own to check.
/// </summary>
public static class MessageLaws
{
    // What one byte of input may cost in memory. The dearest field is a String of one character: 3 bytes of input, an object of 24
    // bytes and the 8 that refer to it, so 11 a byte; a list element of empty fields costs less (40 bytes for 5).
    private const int AllocatedPerInputByteMax = 16;

    // Cost that does not depend on the input: the record itself and readers of nested blocks.
    private const int AllocatedFixedMax = 4096;

    /// <summary>All laws at once, for the golden bytes of one body or payload.</summary>
    public static void CheckAll(WireForm form, byte[] golden)
    {
        GoldenBytesComeBack(form, golden);
        CutOffIsAnErrorOrAWholeMessage(form, golden);
        BombsAreDefused(form, golden);
        BytesBehindTheLastFieldAreLeft(form, golden);
    }

    /// <summary>Read takes all of the golden bytes, and Write gives back the same.</summary>
    public static object GoldenBytesComeBack(WireForm form, byte[] golden)
    {
        if (form.Read(golden, out var value, out var remaining) is { } error)
            throw Broken(form, golden, $"golden bytes do not parse: {error}");
        if (remaining != 0)
            throw Broken(form, golden, $"{remaining} golden bytes were not read");
        var written = form.Write(value);
        if (!written.AsSpan().SequenceEqual(golden))
            throw Broken(form, golden, $"written back as {Convert.ToHexStringLower(written)}");
        return value;
    }

    /// <summary>A value survives the wire: Write, Read, and it is equal, with nothing left over.</summary>
    public static void RoundTrips(WireForm form, object value)
    {
        var written = form.Write(value);
        if (form.Read(written, out var back, out var remaining) is { } error)
            throw Broken(form, written, $"what Write made does not parse: {error}");
        if (remaining != 0)
            throw Broken(form, written, $"Read left {remaining} bytes of what Write made");
        if (!value.Equals(back))
            throw Broken(form, written, $"{value} came back as {back}");
    }

    /// <summary>Cut off after any byte, it is an error, or (optional fields at the end) what is left is a whole message by itself.</summary>
    public static void CutOffIsAnErrorOrAWholeMessage(WireForm form, byte[] golden)
    {
        for (var length = 0; length < golden.Length; length++)
        {
            var cut = golden[..length];
            if (form.Read(cut, out var value, out _) is null && !form.Write(value).AsSpan().SequenceEqual(cut))
                throw Broken(form, cut, $"cut off after {length} of {golden.Length} bytes, it parsed as something else");
        }
    }

    /// <summary>Huge lengths and counts at any offset: a value or an error, and never more memory than the input can justify.</summary>
    public static void BombsAreDefused(WireForm form, byte[] golden)
    {
        foreach (var bomb in (uint[])[0xffff_ffff, 0x7fff_ffff, 0x1000_0000, 0x0001_0000])
        {
            for (var offset = 0; offset + sizeof(uint) <= golden.Length; offset++)
            {
                var input = (byte[])golden.Clone();
                BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan(offset), bomb);
                WhateverReadsIsBoundedAndComesBack(form, input);
            }
        }
    }

    /// <summary>A newer peer appends fields: they are not read (or, for a message that ends in copied bytes, carried along) and change nothing.</summary>
    public static void BytesBehindTheLastFieldAreLeft(WireForm form, byte[] golden)
    {
        byte[] longer = [.. golden, 0xde, 0xad, 0xbe, 0xef];
        if (form.Read(longer, out var value, out var remaining) is { } error)
        {
            // Some payloads are all fields or nothing at all: behind nothing, any byte is the first field.
            if (golden.Length == 0)
                return;
            throw Broken(form, longer, $"appended bytes made it fail: {error}");
        }
        var written = form.Write(value);
        if (!written.AsSpan().SequenceEqual(longer.AsSpan(0, longer.Length - remaining)))
            throw Broken(form, longer, "appended bytes changed how it was read");
    }

    /// <summary>
    /// Any bytes at all: the outcome is a value or an error, never an exception; memory is bounded by the input; and a value, written
    /// and read again, is the same value.
    /// </summary>
    public static void WhateverReadsIsBoundedAndComesBack(WireForm form, byte[] input)
    {
        try
        {
            var allowed = ((long)AllocatedPerInputByteMax * input.Length) + AllocatedFixedMax;
            var allocated = AllocatedBy(form, input, out var error);

            // The first use of a type also pays for its statics; what the input causes is paid each time.
            if (allocated > allowed)
                allocated = AllocatedBy(form, input, out error);
            if (allocated > allowed)
                throw Broken(form, input, $"reading allocated {allocated} bytes, {allowed} are justified");
            if (error is not null)
                return;
            form.Read(input, out var value, out _);
            RoundTrips(form, value);
        }
        catch (Exception thrown) when (thrown is not LawBrokenException)
        {
            throw Broken(form, input, $"it threw {thrown.GetType().Name}", thrown);
        }
    }

    private static long AllocatedBy(WireForm form, byte[] input, out WireError? error)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        error = form.Parse(input);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static LawBrokenException Broken(WireForm form, byte[] bytes, string what, Exception? inner = null) =>
        new($"{form}: {what}. Input: {Convert.ToHexStringLower(bytes)}", inner);
}

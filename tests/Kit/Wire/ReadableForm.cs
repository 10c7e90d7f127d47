using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Wire;

/// <summary>What messages, payloads and contents of an Opaque have in common: a type that is read field after field.</summary>
public abstract class ReadableForm<T>(ItemReader<T> read) : WireForm
    where T : notnull
{
    public override Type Type => typeof(T);

    public override WireError? Parse(ReadOnlySpan<byte> data)
    {
        var reader = new WireReader(data);
        _ = read(ref reader);
        return reader.Error;
    }

    public override WireError? Read(ReadOnlySpan<byte> data, out object value, out int remaining)
    {
        var reader = new WireReader(data);
        value = read(ref reader);
        remaining = reader.Remaining;
        return reader.Error;
    }
}

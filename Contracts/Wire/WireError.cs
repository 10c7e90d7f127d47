namespace Sametime.Contracts.Wire;

/// <summary>What is wrong with bytes that do not parse.</summary>
public enum WireErrorKind
{
    /// <summary>A field, or the block it announces, goes on beyond the last byte.</summary>
    Truncated,

    /// <summary>A count promises more elements than the bytes left could hold.</summary>
    CountBeyondData,

    /// <summary>A String is not UTF-8, or has a NUL inside.</summary>
    BadText,
}

/// <summary>The first error of a <see cref="WireReader"/>: what it is, and the offset of the field that has it.</summary>
public readonly record struct WireError(WireErrorKind Kind, int Offset)
{
    /// <summary>One sentence for logs; it holds no byte of the input.</summary>
    public override string ToString() => Kind switch
    {
        WireErrorKind.Truncated => $"The field at offset {Offset} is cut off.",
        WireErrorKind.CountBeyondData => $"The count at offset {Offset} promises more elements than bytes are left.",
        _ => $"The text at offset {Offset} is not UTF-8 without NUL.",
    };
}

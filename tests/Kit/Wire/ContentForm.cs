using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Wire;

/// <summary>What lies inside an Opaque, under the same laws as a payload. Where in a golden frame it lies is told by the caller.</summary>
public sealed class ContentForm<T>(Func<Vector, Opaque> place) : ReadableForm<T>(T.Read)
    where T : IOpaqueContent<T>
{
    /// <summary>None: the channel's service and state say what an Opaque holds.</summary>
    public override ushort Number => 0;

    public override byte[] PartOf(Vector vector) => place(vector).Span.ToArray();

    public override byte[] Write(object value) => ((T)value).ToOpaque().Span.ToArray();
}

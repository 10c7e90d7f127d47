using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Wire;

/// <summary>Values that lie inside golden frames.</summary>
public static class GoldenPayload
{
    /// <summary>The payload that the vector with this title carries.</summary>
    public static T Read<T>(string title)
        where T : IPayload<T>
    {
        var reader = new WireReader(VectorFile.Load(typeof(T).Name, title).Data);
        var payload = T.Read(ref reader);
        return reader.Error is null ? payload : throw new InvalidDataException($"Vector '{title}': {reader.Error}");
    }
}

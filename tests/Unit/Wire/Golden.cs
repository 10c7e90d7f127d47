using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire;

internal static class Golden
{
    /// <summary>The value of a message's golden vector, by its place in the file.</summary>
    public static T Read<T>(int index)
        where T : IWireMessage<T>
    {
        var reader = new WireReader(VectorFile.Load(typeof(T))[index].Body);
        var message = T.Read(ref reader);
        Assert.Null(reader.Error);
        return message;
    }
}

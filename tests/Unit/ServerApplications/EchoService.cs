using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Unit.ServerApplications;

/// <summary>The example of the SDK's documentation: a service type that no hub has ever heard of.</summary>
internal sealed class EchoService : IService
{
    public static readonly ServiceType Echo = new(0x00D0_0001);

    public void Describe(ServiceTable table) => table
        .Provides(new ServiceType(0x00D0_0001), ServiceScope.Global, new ProtocolType(1), version: 1)
        .On<EchoText>(static (channel, text) => channel.Send(text));
}

/// <summary>Text, both ways.
/// <code>text String</code></summary>
internal readonly record struct EchoText(string Text) : IPayload<EchoText>
{
    public static ushort MessageType => 1;

    public static EchoText Read(ref WireReader reader) => new(reader.ReadString());

    public void Write(ref WireWriter writer) => writer.WriteString(Text);
}

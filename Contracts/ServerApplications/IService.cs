namespace Sametime.Contracts.ServerApplications;

/// <summary>
/// One service, hosted by a <see cref="ServerApplication"/>. It says in a table what it offers and which of its methods
/// handle what; everything it does happens on the application's loop, so it needs no locks.
/// <para>A whole service that answers every text with the same text, and the program that hosts it:</para>
/// <code>
/// internal sealed class EchoService : IService
/// {
///     public void Describe(ServiceTable table) => table
///         .Provides(new ServiceType(0x00D0_0001), ServiceScope.Global, new ProtocolType(1), version: 1)
///         .On&lt;EchoText>(static (channel, text) => channel.Send(text));
/// }
///
/// var application = new ServerApplication(loop, connector, options, logger).Host(new EchoService());
/// application.Start();
/// </code>
/// </summary>
public interface IService
{
    /// <summary>Called once, before the application connects.</summary>
    void Describe(ServiceTable table);
}

using Sametime.Tests.Bench.Broker;
using Sametime.Tests.Bench.Events;
using Sametime.Tests.Bench.Golden;
using Sametime.Tests.Bench.Load;
using Sametime.Tests.Bench.Micro;
using Sametime.Tests.Bench.Relay;
using Sametime.Tests.Bench.Replay;

return args.FirstOrDefault() switch
{
    "load" => await LoadCommand.RunAsync(args),
    "broker" => await BrokerCommand.RunAsync(),
    "events" => await EventsCommand.RunAsync(),
    "relay" => await RelayCommand.RunAsync(),
    "replay" => await ReplayCommand.RunAsync(args),
    "golden" => await GoldenCommand.RunAsync(args),
    "micro" => MicroCommand.Run(args[1..]),
    _ => Usage(),
};

static int Usage()
{
    Console.WriteLine("""
        load [--quick] [--rounds N] [--only talk|presence|logins] [--broker URI]   logins, messages and presence against the server, a bare relay, and with a broker two hubs, in turn
        micro [BenchmarkDotNet options]   codec and routing, with allocations
        broker                        the link between two hubs over RabbitMQ: latency, CPU a frame, frames a message
        events                        what a fact costs on the event plane: handed straight over, in memory, over RabbitMQ
        replay [EVENTS]               a million events into the sandbox twice, beside a raw read of the table, on both stores
        golden SAMETIME.DLL FILE      the store that a released program leaves after a small day, as SQL text
        relay                         runs the bare relay alone
        """);
    return 2;
}

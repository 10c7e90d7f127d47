using Sametime.Tests.Bench.Broker;
using Sametime.Tests.Bench.Events;
using Sametime.Tests.Bench.Load;
using Sametime.Tests.Bench.Micro;
using Sametime.Tests.Bench.Relay;

return args.FirstOrDefault() switch
{
    "load" => await LoadCommand.RunAsync(args),
    "broker" => await BrokerCommand.RunAsync(),
    "events" => await EventsCommand.RunAsync(),
    "relay" => await RelayCommand.RunAsync(),
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
        relay                         runs the bare relay alone
        """);
    return 2;
}

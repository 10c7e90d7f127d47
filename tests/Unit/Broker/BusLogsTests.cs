using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Sametime.Broker.Events;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Broker;

/// <summary>What MassTransit calls an error, and what is none here.</summary>
public sealed partial class BusLogsTests
{
    private readonly LogLines _lines = new();

    [Fact]
    public void A_message_that_a_broken_connection_cut_off_is_no_error_and_one_that_cannot_be_handled_is()
    {
        using var logs = new BusLogs(new OneLog(_lines));
        var log = logs.CreateLogger("MassTransit.Messages");
        var why = new TimeoutException();

        NotSent(log, why, "rabbitmq://there", "one");
        NotConfirmed(log, why, "rabbitmq://here", "two");
        NotHandled(log, why, "rabbitmq://here", "three");

        Assert.Equal(
            [
                (LogLevel.Debug, "S-FAULT rabbitmq://there one", (Exception?)why),
                (LogLevel.Debug, "T-FAULT rabbitmq://here two", why),
                (LogLevel.Error, "R-FAULT rabbitmq://here three", why),
            ],
            _lines.Lines);
    }

    [Fact]
    public void A_connection_that_is_gone_is_worth_a_warning_and_no_excuse_for_who_could_not_handle_a_message()
    {
        using var logs = new BusLogs(new OneLog(_lines));
        var log = logs.CreateLogger("MassTransit");
        var gone = new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Library, 541, "gone"));

        ConsumerEnded(log, gone, "rabbitmq://here");
        ConsumerEnded(log, new TimeoutException(), "rabbitmq://here");
        NotHandled(log, gone, "rabbitmq://here", "one");

        Assert.Equal([LogLevel.Warning, LogLevel.Error, LogLevel.Error], _lines.Lines.Select(line => line.Level));
    }

    // In the words of MassTransit, by which they are told apart.
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "S-FAULT {DestinationAddress} {MessageId}")]
    private static partial void NotSent(ILogger log, Exception why, string destinationAddress, string messageId);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "T-FAULT {InputAddress} {MessageId}")]
    private static partial void NotConfirmed(ILogger log, Exception why, string inputAddress, string messageId);

    [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "Consumer Channel Shutdown: {InputAddress}")]
    private static partial void ConsumerEnded(ILogger log, Exception why, string inputAddress);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "R-FAULT {InputAddress} {MessageId}")]
    private static partial void NotHandled(ILogger log, Exception why, string inputAddress, string messageId);

    private sealed class OneLog(ILogger log) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose() => throw new NotSupportedException("it is the program's");
    }
}

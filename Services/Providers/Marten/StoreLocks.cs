using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sametime.Contracts.Events;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// Numbers of the advisory locks by which the processes of a community take turns. They are made from names, so that every process and
/// every version of the program comes to the same; two names that meet in one number merely wait for each other.
/// </summary>
internal static class StoreLocks
{
    /// <summary>Held while tables are made.</summary>
    public static long Schema(string schema) => Number(schema, "schema");

    /// <summary>Shared by all transactions that append, from before they number their events to their end.</summary>
    public static long Appending(string schema) => Number(schema, "appending");

    /// <summary>Held by the transaction that appends to a stream.</summary>
    public static long Stream(string schema, EventStreamName stream) => Number(schema, $"stream {stream}");

    /// <summary>Held by the process that forwards events to an event plane.</summary>
    public static long Forwarder(string schema, string plane) => Number(schema, $"forwarder {plane}");

    /// <summary>Held by the transaction that removes events whose time is over.</summary>
    public static long Retention(string schema) => Number(schema, "retention");

    private static long Number(string schema, string name) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"sametime {schema} {name}")));
}

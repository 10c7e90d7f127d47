using System.Globalization;
using Npgsql;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop.Servers;

/// <summary>
/// Connections to the database that the tests use. A pool opens and closes them as it likes within its bound, so they are no part of what a
/// process may not hold on to.
/// </summary>
internal static class PooledConnections
{
    private const int RemoteField = 2;
    private const int InodeField = 9;

    /// <summary>The sockets of this machine that lead to the database, as <c>/proc/PID/fd</c> names them.</summary>
    public static HashSet<string> Sockets()
    {
        var port = new NpgsqlConnectionStringBuilder(TestServices.Postgres).Port.ToString("X4", CultureInfo.InvariantCulture);
        return
        [
            .. from table in new[] { "/proc/net/tcp", "/proc/net/tcp6" }
               from line in File.ReadLines(table).Skip(1)
               let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where fields[RemoteField].EndsWith($":{port}", StringComparison.Ordinal)
               select $"socket:[{fields[InodeField]}]",
        ];
    }
}

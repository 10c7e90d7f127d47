using System.Security.Cryptography;

namespace Sametime.Tests.Kit.Servers;

/// <summary>
/// The RabbitMQ, the PostgreSQL and the OpenLDAP that all tests of a run share, and names with which tests keep out of each other's way there.
/// Who wants to stop or kill one starts <see cref="OwnServices"/>.
/// </summary>
public static class TestServices
{
    public const string RabbitMqVariable = "SAMETIME_TEST_RABBITMQ";
    public const string PostgresVariable = "SAMETIME_TEST_POSTGRES";

    /// <summary>The broker as an amqp URI; its user may do everything.</summary>
    public static string RabbitMq => Of(RabbitMqVariable);

    /// <summary>The database server as an Npgsql connection string; its user may make databases, and owns the one it names.</summary>
    public static string Postgres => Of(PostgresVariable);

    /// <summary>The LDAP directory.</summary>
    public static LdapAccess Ldap => LdapAccess.From(Of);

    /// <summary>A name that nobody has used yet: a broker prefix, a database or a schema of the test's own. Lower case letters and digits.</summary>
    public static string NewName() => "t" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    private static string Of(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{variable} is not set: run the tests by tests/run, or start its servers with: eval \"$(tests/services up)\"");
}

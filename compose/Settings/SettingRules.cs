using System.Net;
using Sametime.Broker;
using Sametime.Compose.Commands;
using Sametime.Compose.Hosting;
using Sametime.Contracts.Link;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Services.Providers.Ldap;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Subjects;
using Sametime.Services.Users.Tokens.Jwt;
using Sametime.Services.Users.Tokens.LegacyLtpa;

namespace Sametime.Compose.Settings;

/// <summary>
/// What must hold beyond the type of each setting. Parts refuse such settings too, but only when they start; here
/// <c>sametime config check</c> finds them before.
/// </summary>
internal static class SettingRules
{
    /// <summary>A sentence for each rule that is broken.</summary>
    public static IEnumerable<string> Broken(ServerSettings settings)
    {
        var weaker = settings.Get<UnsafeOptions>("Unsafe");
        var key = new byte[KeyFile.KeyBytes]; // which one makes no difference to the networks
        Action[] rules =
        [
            () => settings.Get<LegacyOptions>("Legacy").ToPolicy(weaker),
            () => settings.Get<TrustOptions>("Trust").ToTrust(key, weaker, LinkRole.Edge),
            () => settings.Get<TrustOptions>("Trust").ToTrust(key, weaker, LinkRole.Application),
            () => settings.Get<LimitsOptions>("Edge:Limits").Check(),
            () => Database(settings),
            () => settings.Get<SubjectOptions>("Subjects").Check(),
            () => Directory(settings, weaker),
            () => Listen(settings.Get<EdgeOptions>("Edge")),
            () => HubAddresses(settings.Get<EdgeOptions>("Edge")),
            () => Broker(settings.Get<BrokerOptions>("Broker")),
            () => ForeignTokens(settings.Get<LtpaOptions>("Ltpa"), settings.Get<JwtOptions>("Jwt")),
            () => Networks.Parse("Edge:ProxyProtocolFrom", settings.Get<EdgeOptions>("Edge").ProxyProtocolFrom),
        ];
        return rules.Select(FaultOf).OfType<string>();
    }

    /// <summary>An Edge in a process of its own leads somewhere.</summary>
    /// <exception cref="CommandException">No hub is named, or one of them by no address.</exception>
    public static void Hubs(EdgeOptions options)
    {
        if (options.Hubs.Count == 0)
        {
            throw new CommandException(ExitCode.Usage, "--hub HOST:PORT is missing");
        }

        HubAddresses(options);
    }

    /// <summary>An Edge listens on an address and a port.</summary>
    /// <exception cref="CommandException">One of them is none.</exception>
    public static void Listen(EdgeOptions options)
    {
        if (options.Port is < 0 or > IPEndPoint.MaxPort)
        {
            throw new CommandException(ExitCode.Usage, $"{options.Port} is no port: 0 to {IPEndPoint.MaxPort}");
        }

        if (!IPAddress.TryParse(options.ListenAddress, out _))
        {
            throw new CommandException(ExitCode.Usage, $"{options.ListenAddress} is no IP address to listen on");
        }
    }

    private static void HubAddresses(EdgeOptions options)
    {
        foreach (var hub in options.Hubs)
        {
            _ = LinkAddress.Parse(hub);
        }
    }

    /// <summary>A broker has an amqp address, and its names a prefix that is one word.</summary>
    /// <exception cref="CommandException">They are something else.</exception>
    public static void Broker(BrokerOptions options)
    {
        if (options.Uri.Length > 0 && !(Uri.TryCreate(options.Uri, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps"))
        {
            throw new CommandException(ExitCode.Usage, "Broker:Uri is no address of a broker: amqp://user:password@host:port/vhost");
        }

        if (options.Prefix.Length == 0 || !options.Prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new CommandException(ExitCode.Usage, $"Broker:Prefix cannot be '{options.Prefix}': letters, digits, - and _ only");
        }
    }

    /// <summary>Tokens of others are checked by their keys, or not taken at all.</summary>
    /// <exception cref="CommandException">A part of what is needed is missing.</exception>
    private static void ForeignTokens(LtpaOptions ltpa, JwtOptions jwt)
    {
        if ((ltpa.KeyFile.Length > 0) != (ltpa.PasswordFile.Length > 0))
        {
            throw new CommandException(ExitCode.Usage, "Ltpa:KeyFile and Ltpa:PasswordFile go together: the exported keys are under a password");
        }

        if ((jwt.Issuer.Length > 0) != (jwt.KeyFiles.Count > 0))
        {
            throw new CommandException(ExitCode.Usage, "Jwt:Issuer and Jwt:KeyFiles go together: whose tokens are taken, and by which keys");
        }
    }

    private static void Database(ServerSettings settings)
    {
        if (settings.Get<StoreOptions>("Store").Kind == StoreKind.Postgres)
        {
            settings.Get<PostgresOptions>("Postgres").Check();
        }
    }

    private static void Directory(ServerSettings settings, UnsafeOptions weaker)
    {
        if (Directories.KindOf(settings) == DirectoryKind.Embedded)
        {
            return;
        }

        var servers = settings.Get<LdapOptions>("Ldap").Servers;
        if (servers.Count == 0)
        {
            throw new CommandException(ExitCode.Usage, "Directory:Kind names LDAP, and Ldap:Servers:0:Uri is missing");
        }

        foreach (var server in servers)
        {
            server.Check(weaker.PlainLdap);
        }
    }

    private static string? FaultOf(Action rule)
    {
        try
        {
            rule();
            return null;
        }
        catch (Exception e) when (e is CommandException or InvalidOperationException)
        {
            return e.Message;
        }
    }
}

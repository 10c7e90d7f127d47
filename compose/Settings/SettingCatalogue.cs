using System.ComponentModel;
using System.Globalization;
using Sametime.Broker;
using Sametime.Broker.Events;
using Sametime.Compose.Observability;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Hub;
using Sametime.Services.Browsing;
using Sametime.Services.BuddyList;
using Sametime.Services.ChatLogging;
using Sametime.Services.Logger;
using Sametime.Services.Privacy;
using Sametime.Services.Providers.Ldap;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Outbox;
using Sametime.Services.Providers.Retention;
using Sametime.Services.Providers.Sqlite;
using Sametime.Services.Providers.Subjects;
using Sametime.Services.Replay;
using Sametime.Services.Resolve;
using Sametime.Services.UserStorage;
using Sametime.Services.Users;
using Sametime.Services.Users.Passwords;
using Sametime.Services.Users.Tokens;
using Sametime.Services.Users.Tokens.Jwt;
using Sametime.Services.Users.Tokens.LegacyLtpa;

namespace Sametime.Compose.Settings;

/// <summary>Every section there is. What stands here is read, checked and documented; nothing else is.</summary>
internal static class SettingCatalogue
{
    public static IReadOnlyList<SettingSection> Sections { get; } =
    [
        new("Edge", typeof(EdgeOptions), Decided: nameof(EdgeOptions.DataFolder)),
        new("Edge:Limits", typeof(LimitsOptions)),
        new("Hub", typeof(HubOptions)),
        new("Legacy", typeof(LegacyOptions)),
        new("Unsafe", typeof(UnsafeOptions)),
        new("Link", typeof(LinkOptions)),
        new("Trust", typeof(TrustOptions)),
        new("Tcp", typeof(TcpOptions)),
        new("Broker", typeof(BrokerOptions)),
        new("Events", typeof(EventPlaneOptions)),
        new("Applications", typeof(ServerApplicationOptions)),
        new("Services", typeof(ServicesOptions)),
        new("Users", typeof(UsersOptions)),
        new("Passwords", typeof(PasswordOptions)),
        new("Tokens", typeof(TokenOptions)),
        new("Ltpa", typeof(LtpaOptions)),
        new("Jwt", typeof(JwtOptions)),
        new("Resolve", typeof(ResolveOptions)),
        new("Privacy", typeof(PrivacyOptions)),
        new("UserStorage", typeof(UserStorageOptions)),
        new("UserStorage:Limits", typeof(UserStorageLimits)),
        new("BuddyList", typeof(BuddyListOptions)),
        new("ChatLog", typeof(ChatLogOptions)),
        new("ChatLog:Limits", typeof(ChatLogLimits)),
        new("Logger", typeof(LoggerOptions)),
        new("Retention", typeof(RetentionOptions)),
        new("Providers", typeof(ProvidersOptions)),
        new("Browsing", typeof(BrowsingOptions)),
        new("Directory", typeof(DirectoryOptions)),
        new("Directory", typeof(DirectoryLimits)),
        new("Ldap", typeof(LdapOptions)),
        new("Store", typeof(StoreOptions)),
        new("Store", typeof(SqliteStoreOptions), Decided: nameof(SqliteStoreOptions.DataDirectory)),
        new("Subjects", typeof(SubjectOptions)),
        new("Observability", typeof(ObservabilityOptions)),
        new("Postgres", typeof(PostgresOptions)),
        new("Outbox", typeof(OutboxOptions)),
        new("Replay", typeof(ReplayOptions)),
        new("Replay:Exchange", typeof(ReplayExchangeOptions)),
        new("Log", typeof(LogOptions)),
    ];

    public static IEnumerable<SettingKey> Keys => Sections.SelectMany(section => section.Keys());

    /// <summary>Whether a text can be read as what the setting is.</summary>
    public static bool CanRead(SettingKey key, string name, string value)
    {
        var isElement = int.TryParse(name.AsSpan(name.LastIndexOf(':') + 1), out _);
        var type = isElement ? ElementOf(key.Type) : key.Type;
        if (type != typeof(string) && value.AsSpan().TrimStart().StartsWith('-'))
        {
            return false; // nothing here counts below zero
        }

        try
        {
            return type is not null && TypeDescriptor.GetConverter(type) is { } converter
                && converter.CanConvertFrom(typeof(string)) && converter.ConvertFrom(null, CultureInfo.InvariantCulture, value) is not null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>What a value of this type looks like, for people.</summary>
    public static string Describe(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time as hh:mm:ss",
        _ when type.IsEnum => "one of " + string.Join(", ", Enum.GetNames(type)),
        _ when type == typeof(string) => "a text",
        _ when ElementOf(type) is { } element => $"a list, each element {Describe(element)} (Key:0, Key:1 ...)",
        _ => "a number",
    };

    private static Type? ElementOf(Type type) =>
        type == typeof(string) ? null : type.GetInterfaces().Append(type)
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
}

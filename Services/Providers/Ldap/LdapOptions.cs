namespace Sametime.Services.Providers.Ldap;

/// <summary>The LDAP directories, and how they are asked. Bound from the section <c>Ldap</c>; used when <c>Directory:Kind</c> says so.</summary>
internal sealed class LdapOptions
{
    /// <summary>The directories, in the order in which they are asked: of a name that two of them know, the first decides.</summary>
    public IReadOnlyList<LdapServerOptions> Servers { get; set; } = [];

    /// <summary>How long making a connection may take. Default 3 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the answer to one request may take, and each page of a long one. Default 5 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections to one directory for searching, and as many again for checking passwords. Default 8; beyond, requests wait their turn.</summary>
    public int ConnectionsMax { get; set; } = 8;

    /// <summary>Requests that wait for a connection. Default 1,000; beyond, the directory counts as not answering.</summary>
    public int WaitingMax { get; set; } = 1_000;

    /// <summary>How long a directory that did not answer is not asked again. Default 1 s.</summary>
    public TimeSpan AwayPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Entries asked for at once where many are read. Default 500.</summary>
    public int PageSize { get; set; } = 500;

    /// <summary>Users and groups of one directory that are listed and paged through. Default 100,000: about 60 MiB.</summary>
    public int EntriesMax { get; set; } = 100_000;

    /// <summary>Members of one group. Default 10,000; who is beyond is left out.</summary>
    public int GroupMembersMax { get; set; } = 10_000;

    /// <summary>How long what people page through may be behind the directory. Default 5 min.</summary>
    public TimeSpan BookLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the accounts of those who are online are looked at: who was disabled or has left is logged out. Default 5 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);
}

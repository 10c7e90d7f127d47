using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Marten;

/// <summary>What a change of the directory asks before it is made, inside its transaction, while nobody else can change the directory.</summary>
internal sealed class DirectoryDecisions(MartenCommit commit)
{
    public Task<bool> ExistsAsync(UserId id, CancellationToken stop) =>
        IsSoAsync("SELECT EXISTS (SELECT 1 FROM account WHERE user_key = $1)", stop, MartenFolding.Key(id));

    public Task<bool> GroupExistsAsync(string id, CancellationToken stop) =>
        IsSoAsync("SELECT EXISTS (SELECT 1 FROM public_group WHERE group_key = $1)", stop, MartenFolding.Key(id));

    /// <summary>Whether the user exists and his hash is the one expected (null: whichever).</summary>
    public Task<bool> HasHashAsync(UserId id, string? expected, CancellationToken stop) => expected is null
        ? ExistsAsync(id, stop)
        : IsSoAsync("SELECT EXISTS (SELECT 1 FROM account WHERE user_key = $1 AND password_hash = $2)", stop, MartenFolding.Key(id), expected);

    public Task<bool> IsAnyTakenAsync(IEnumerable<string> names, CancellationToken stop) =>
        IsSoAsync("SELECT EXISTS (SELECT 1 FROM login_name WHERE name_key = ANY($1))", stop, (object)names.Select(MartenFolding.Key).ToArray());

    /// <summary>Whether somebody else has one of the names.</summary>
    public Task<bool> IsAnyTakenAsync(IEnumerable<string> names, UserId except, CancellationToken stop) => IsSoAsync(
        "SELECT EXISTS (SELECT 1 FROM login_name WHERE name_key = ANY($1) AND user_key <> $2)", stop,
        names.Select(MartenFolding.Key).ToArray(), MartenFolding.Key(except));

    public Task<bool> IsDisabledAsync(UserId id, CancellationToken stop) =>
        IsSoAsync("SELECT disabled FROM account WHERE user_key = $1", stop, MartenFolding.Key(id));

    public Task<bool> IsFullAsync(DirectoryLimits limits, CancellationToken stop) =>
        IsSoAsync("SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM public_group) >= $1", stop, (long)limits.EntriesMax);

    /// <summary>Of the users that exist, the ids as the directory spells them.</summary>
    public async Task<Dictionary<UserId, UserId>> SpellingsAsync(IEnumerable<UserId> users, CancellationToken stop)
    {
        await using var command = commit.CreateCommand("SELECT id FROM account WHERE user_key = ANY($1)", (object)users.Select(MartenFolding.Key).ToArray());
        await using var rows = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        var spelled = new Dictionary<UserId, UserId>();
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            spelled[new UserId(rows.GetString(0))] = new UserId(rows.GetString(0));
        return spelled;
    }

    private async Task<bool> IsSoAsync(string sql, CancellationToken stop, params object[] values)
    {
        await using var command = commit.CreateCommand(sql, values);
        return await command.ExecuteScalarAsync(stop).ConfigureAwait(false) is true;
    }
}

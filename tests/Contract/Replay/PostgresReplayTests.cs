using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Views;
using Sametime.Tests.Contract.Providers.Postgres;
using Xunit;

namespace Sametime.Tests.Contract.Replay;

[Trait("Needs", "Servers")]
public sealed class PostgresReplayTests(PostgresSchema schema) : ReplayContract, IClassFixture<PostgresSchema>
{
    public override async ValueTask DisposeAsync() => await schema.CloseAsync();

    private protected override async Task<(IEventLog Log, IEventStore Events)> OpenAsync()
    {
        var store = await schema.OpenEmptyAsync();
        await AnalystViews.EnsureAsync(store, CancellationToken.None);
        await AnalystViews.EnsureAsync(store, CancellationToken.None);
        return (store, store);
    }

    protected override Task<List<string>> QueryAsync(string sql) => schema.QueryAsync(sql);
}

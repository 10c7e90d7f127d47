using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Marten;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Postgres;

[Trait("Needs", "Servers")]
public sealed class PostgresEventLogTests(PostgresSchema schema) : CommunityLogContract, IClassFixture<PostgresSchema>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        schema.Options.ReadPageEvents = ReadPageEvents;
        schema.Options.CommitEventsMax = CommitEventsMax;
        await schema.OpenEmptyAsync();
    }

    public override async ValueTask DisposeAsync() => await schema.CloseAsync();

    private protected override async Task<Opened> OpenCommunityAsync(TimeProvider time)
    {
        var store = await schema.OpenAsync(time: time);
        return new Opened(
            store, store, new MartenUserDirectory(store, new DirectoryLimits()), () => store.RebuildAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_keeps_numbers_of_processes_apart_is_there_after_Marten_looked_after_its_tables()
    {
        await schema.OpenAsync();
        await schema.ExecuteAsync("UPDATE store_version SET version = 1");
        await schema.OpenAsync();

        Assert.Equal(["event_of_one_process"], await schema.QueryAsync(
            $"SELECT indexname FROM pg_indexes WHERE schemaname = '{schema.Options.Schema}' AND indexname = 'event_of_one_process'"));
    }
}

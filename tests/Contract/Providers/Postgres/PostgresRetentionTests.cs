using Sametime.Services.Providers.Marten;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Postgres;

[Trait("Needs", "Servers")]
public sealed class PostgresRetentionTests(PostgresSchema schema) : RetentionContract, IClassFixture<PostgresSchema>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        schema.Options.ReadPageEvents = 5;
        await schema.OpenEmptyAsync();
    }

    public override async ValueTask DisposeAsync() => await schema.CloseAsync();

    private protected override async Task<RetainedStore> OpenAsync()
    {
        var store = await schema.OpenAsync();
        return new RetainedStore(store, store, store, new MartenChatLines(store, TimeProvider.System), new MartenRetention(store));
    }
}

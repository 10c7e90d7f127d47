using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Outbox;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Postgres;

[Trait("Needs", "Servers")]
public sealed class PostgresOutboxTests(PostgresSchema schema) : OutboxContract, IClassFixture<PostgresSchema>, IAsyncLifetime
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await schema.OpenEmptyAsync();

    public override async ValueTask DisposeAsync() => await schema.CloseAsync();

    private protected override async Task<(IEventStore Store, IOutbox Outbox)> OpenAsync()
    {
        var store = await schema.OpenAsync();
        return (store, new MartenOutbox(store, "plane", Options));
    }

    [Fact]
    public async Task One_process_forwards_and_when_its_connection_is_cut_another_takes_over_without_a_loss()
    {
        var (store, one) = await OpenAsync();
        var (_, other) = await OpenAsync();
        var plane = new Plane();
        await one.RegisterAsync(_stop);
        await using var lead = Assert.IsAssignableFrom<IOutboxLead>(await one.TryLeadAsync(_stop));
        await using var forwarder = await StartAsync(other, plane);
        await AppendAsync(store, 1, 2);
        Assert.Null(await other.TryLeadAsync(_stop));

        // What the database sees of a process that was killed: its connections end.
        await schema.QueryAsync("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted "
            + $"AND ((classid::bigint << 32) | objid::bigint) = {StoreLocks.Forwarder(schema.Options.Schema, "plane")}");

        Assert.Equal([1u, 2u], await plane.TakeAsync(2));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => lead.SavePositionAsync(99, _stop));
    }

    [Fact]
    public async Task Each_plane_has_a_position_of_its_own()
    {
        var store = await schema.OpenAsync();
        var (one, other) = (new Plane(), new Plane());
        await using var first = await StartAsync(new MartenOutbox(store, "one", Options), one);
        await using var second = await StartAsync(new MartenOutbox(store, "other", Options), other);
        await AppendAsync(store, 1);

        Assert.Equal([1u], await one.TakeAsync(1));
        Assert.Equal([1u], await other.TakeAsync(1));
    }
}

using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Marten;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Postgres;

[Trait("Needs", "Servers")]
public sealed class PostgresLinkedLogTests(PostgresSchema schema) : LinkedLogContract, IClassFixture<PostgresSchema>, IAsyncLifetime
{
    protected override string Unlink => "UPDATE mt_events SET headers = headers - 'link'; DELETE FROM store_head";

    public async ValueTask InitializeAsync()
    {
        schema.Options.ReadPageEvents = 3;
        await schema.OpenEmptyAsync();
    }

    public override async ValueTask DisposeAsync() => await schema.CloseAsync();

    protected override string StatementsOf(Tampering tampering, long third) => tampering switch
    {
        Tampering.AlteredField => $$"""UPDATE mt_events SET data = jsonb_set(data, '{name}', '"north 3"') WHERE seq_id = {{third}}""",
        Tampering.AlteredTime => $$"""UPDATE mt_events SET headers = jsonb_set(headers, '{occurred}', '"2026-05-06T12:00:00.0000001Z"') WHERE seq_id = {{third}}""",
        Tampering.AlteredCause => $"UPDATE mt_events SET causation_id = NULL WHERE seq_id = {third}",
        Tampering.AlteredName => $"UPDATE mt_events SET type = 'community.hub-left' WHERE seq_id = {third}",
        Tampering.Removed => $"DELETE FROM mt_events WHERE seq_id = {third}",
        Tampering.TailCut => $"DELETE FROM mt_events WHERE seq_id > {third} AND stream_id = '{North}'",
        Tampering.TailCutAndItsEndMoved => StatementsOf(Tampering.TailCut, third)
            + $"; UPDATE store_head SET link = (SELECT decode(headers ->> 'link', 'base64') FROM mt_events WHERE seq_id = {third}) WHERE stream_id = '{North}'",
        Tampering.Swapped => $"""
            CREATE TEMP TABLE two AS SELECT version, data, headers -> 'link' AS link FROM mt_events WHERE stream_id = '{North}' AND version IN (3, 4);
            UPDATE mt_events e SET data = two.data, headers = jsonb_set(e.headers, ARRAY['link'], two.link)
            FROM two WHERE e.stream_id = '{North}' AND e.version IN (3, 4) AND two.version = 7 - e.version;
            DROP TABLE two
            """,
        Tampering.Unlinked => $"UPDATE mt_events SET headers = headers - 'link' WHERE seq_id = {third}",
        Tampering.Added => $"""
            INSERT INTO mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, headers)
            SELECT nextval('mt_events_sequence'), gen_random_uuid(), stream_id, 99, data, type, timestamp, tenant_id, jsonb_set(headers, ARRAY['sequence'], '99')
            FROM mt_events WHERE seq_id = {third}
            """,
        Tampering.StreamRemoved => $"DELETE FROM mt_events WHERE stream_id = '{North}'",
        _ => throw new ArgumentOutOfRangeException(nameof(tampering)),
    };

    protected override Task ExecuteAsync(string statements) => schema.ExecuteAsync(statements);

    private protected override async Task<Opened> OpenAsync()
    {
        var store = await schema.OpenAsync();
        return new Opened(
            store, store, store, new MartenUserDirectory(store, new DirectoryLimits()), () => store.LinkHistoryAsync(TestContext.Current.CancellationToken));
    }
}

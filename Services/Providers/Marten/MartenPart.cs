using Marten;
using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Services.Providers.Links;

namespace Sametime.Services.Providers.Marten;

/// <summary>What the parts of this store share.</summary>
/// <param name="Options">Its settings.</param>
/// <param name="Source">Connections.</param>
/// <param name="Documents">Marten on the same connections.</param>
/// <param name="Keys">The keys of persons.</param>
/// <param name="Links">Links events.</param>
/// <param name="Forms">What is being stored, sealed.</param>
/// <param name="EventSource">Written into each event.</param>
/// <param name="Time">When things happen.</param>
internal sealed record MartenPart(
    PostgresOptions Options, NpgsqlDataSource Source, IDocumentStore Documents, PostgresSubjectKeys Keys, EventLinks Links, SealedForms Forms, EventSource EventSource,
    TimeProvider Time)
{
    /// <summary>Where a commit tells that there are new events.</summary>
    public static string NotifyChannel(string schema) => $"sametime_{schema}";
}

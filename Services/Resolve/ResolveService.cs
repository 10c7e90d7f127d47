using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Resolve;

namespace Sametime.Services.Resolve;

/// <summary>
/// Resolve: turns what people type into users and groups (S031, S128). One result for each name, in the order asked, also for names
/// that nobody has. Stateless, so any provider may answer.
/// </summary>
internal sealed partial class ResolveService(IResolveProvider directory, ResolveOptions options, ILogger<ResolveService> log) : IService
{
    private readonly Pace _pace = new(options.RequestsPerSecond, options.RequestsBurst);

    public void Describe(ServiceTable table) => table
        .Provides(ServiceTypes.Resolve, ServiceScope.Global, ProtocolTypes.Resolve, ProtocolVersions.Resolve)
        .OnAsync<ResolveRequest>(ResolveAsync);

    private async ValueTask ResolveAsync(ServiceChannel channel, ResolveRequest request, CancellationToken stop)
    {
        if (request.Names.Count > options.NamesMax)
        {
            channel.Destroy(Reason.NotEnoughResources);
            return;
        }
        await channel.WaitTurnAsync(_pace);
        channel.Send(await AnswerAsync(request, stop));
    }

    private async ValueTask<ResolveResponse> AnswerAsync(ResolveRequest request, CancellationToken stop)
    {
        var question = new ResolveQuestion(request.Flags);
        var results = new ResolveResult[request.Names.Count];
        var room = options.AnswerMatchesMax;
        var isCut = false;
        try
        {
            for (var i = 0; i < results.Length; i++)
            {
                var name = request.Names[i];
                var max = Math.Min(options.MatchesMax, room);
                var found = ResolveQuestion.CanBeLookedUp(name, options.NameCharsMax) && max > 0
                    ? await directory.FindAsync(ResolveQuestion.TermOf(name), question.Kinds, max, stop)
                    : DirectoryMatches.None with { IsPartial = true };
                results[i] = question.Decide(name, found, out var cut);
                room -= results[i].Matches.Count;
                isCut |= cut;
            }
        }
        catch (StoreException fault)
        {
            // Never "nobody is called so": the client would believe it.
            LogDirectoryFailed(log, fault.Message);
            return new ResolveResponse(request.RequestId, Reason.ServerNotResponding, Unanswered(request));
        }
        return new ResolveResponse(request.RequestId, ResolveQuestion.Overall(results, isCut), results.ToItems());
    }

    private static Items<ResolveResult> Unanswered(ResolveRequest request) =>
        request.Names.Select(static name => new ResolveResult(Reason.ServerNotResponding, name, [])).ToItems();

    [LoggerMessage(EventId = 1501, EventName = "resolve.directory-failed", Level = LogLevel.Warning,
        Message = "Names could not be resolved: {Fault}")]
    private static partial void LogDirectoryFailed(ILogger log, string fault);
}

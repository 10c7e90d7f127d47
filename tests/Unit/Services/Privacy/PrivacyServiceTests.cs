using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Privacy;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Services.Privacy;

public sealed class PrivacyServiceTests
{
    private static readonly UserId Alice = new("alice");

    [Fact]
    public void S130_A_saved_list_is_loaded_again_and_everybody_may_see_who_never_saved_one()
    {
        var it = Start(new Lists());
        var list = new PrivacyInfo(Deny: true, [new UserItem(new UserId("carol"))]);

        var before = Load(it);
        var saved = it.Hub.Ask<SavePrivacyRequest, Done>(new(Alice, "", list));
        var after = Load(it);

        Assert.Equal((Reason.Success, new PrivacyReply(PrivacyInfo.Everybody)), before);
        Assert.Equal(Reason.Success, it.Hub.AnswerTo<Done>(saved)!.Value.Reason);
        Assert.Equal((Reason.Success, new PrivacyReply(list)), after);
    }

    [Fact]
    public void A_list_that_cannot_be_read_is_a_refusal_and_never_everybody() =>
        Assert.Equal(Reason.ServerNotResponding, Load(Start(new Lists { IsDown = true })).Reason);

    [Fact]
    public void A_list_that_could_not_be_kept_is_not_said_to_be()
    {
        var it = Start(new Lists { IsDown = true });

        var saved = it.Hub.Ask<SavePrivacyRequest, Done>(new(Alice, "", PrivacyInfo.Nobody));

        Assert.Equal(Reason.ServerNotResponding, it.Hub.AnswerTo<Done>(saved)!.Value.Reason);
    }

    private static ApplicationFixture Start(Lists lists) =>
        ApplicationFixture.Of(new PrivacyService(lists, new PrivacyOptions(), NullLogger<PrivacyService>.Instance));

    private static (Reason Reason, PrivacyReply? Reply) Load(ApplicationFixture it) =>
        it.Hub.AnswerTo<PrivacyReply>(it.Hub.Ask<LoadPrivacyRequest, PrivacyReply>(new(Alice)))!.Value;

    private sealed class Lists : IPrivacyProvider
    {
        private readonly Dictionary<UserId, PrivacyInfo> _lists = [];

        public bool IsDown { get; init; }

        public ValueTask<PrivacyInfo?> LoadAsync(UserId user, CancellationToken stop) => IsDown
            ? throw new StoreUnavailableException("The store is locked.")
            : ValueTask.FromResult(_lists.GetValueOrDefault(user));

        public ValueTask SaveAsync(UserId user, PrivacyInfo privacy, CancellationToken stop)
        {
            if (IsDown)
                throw new StoreUnavailableException("The store is locked.");
            _lists[user] = privacy;
            return ValueTask.CompletedTask;
        }
    }
}

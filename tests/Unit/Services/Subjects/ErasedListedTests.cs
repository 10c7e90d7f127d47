using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Subjects;
using Xunit;

namespace Sametime.Tests.Unit.Services.Subjects;

public sealed class ErasedListedTests
{
    private static readonly Dictionary<UserId, UserId> Placeholders = new() { [new UserId("alice")] = new UserId("erased-1") };

    [Fact]
    public void Who_was_erased_is_a_placeholder_without_a_name_and_everybody_else_stays_as_he_is()
    {
        var list = new PrivacyListSaved(new UserId("bob"), true,
            [new(new UserId("ALICE"), "x", "Alice"), new(new UserId("alice"), "", ""), new(new UserId("alice"), "", null), new(new UserId("carol"), "y", "Carol")]);

        var replaced = ErasedListed.Replace(Fields(list), Placeholders);

        Assert.Equal(
            Fields(list with
            {
                Listed =
                [
                    new(new UserId("erased-1"), "x", "[erased]"), new(new UserId("erased-1"), "", ""), new(new UserId("erased-1"), "", null),
                    new(new UserId("carol"), "y", "Carol"),
                ],
            }),
            replaced);
    }

    [Fact]
    public void A_list_without_him_is_not_written_anew_and_what_is_no_list_is_named()
    {
        Assert.Null(ErasedListed.Replace(Fields(new PrivacyListSaved(default, true, [new(new UserId("carol"), "", "Carol")])), Placeholders));
        Assert.Throws<StoreCorruptException>(() => ErasedListed.Replace("{", Placeholders));
    }

    private static string Fields(PrivacyListSaved list) => EventCatalogue.Current.Write(list).Json;
}

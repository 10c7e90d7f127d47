using System.Reflection;
using System.Text.RegularExpressions;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Ldap;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Outbox;
using Sametime.Services.Providers.Retention;
using Sametime.Services.Providers.Sqlite;
using Sametime.Services.Providers.Subjects;
using Sametime.Services.Replay;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Unit.Conventions;

/// <summary>
/// Every figure among the options of stores, directories, replay and the event plane is held by a test, at its value and one above, or it says
/// why it is no limit. A new one without either fails here.
/// </summary>
[Trait("Mutation", "No")]
public sealed partial class FigureTests
{
    /// <summary>By option: the class and the test that hold it; or, without a dot before the first blank, why there is nothing to hold.</summary>
    private static readonly Dictionary<Type, Dictionary<string, string>> Held = new()
    {
        [typeof(DirectoryLimits)] = new()
        {
            ["PrefixLettersMin"] = "DirectoryContract.Fewer_than_three_letters_find_whole_names_only_and_say_that_there_may_be_more",
            ["NameCharsMax"] = "UserDirectoryContract.A_text_of_256_characters_is_taken_and_of_one_more_is_refused",
            ["LoginNamesMax"] = "UserDirectoryContract.A_user_has_as_many_login_names_as_he_may_have_and_not_one_more",
            ["GroupMembersMax"] = "UserDirectoryContract.A_group_has_as_many_members_as_it_may_have_and_not_one_more",
            ["EntriesMax"] = "UserDirectoryContract.The_directory_takes_as_many_entries_as_it_may",
            ["PollInterval"] = "SqliteUserDirectoryTests.A_change_made_by_another_process_is_noticed_at_the_next_poll",
        },
        [typeof(UserStorageLimits)] = new()
        {
            ["ValueBytesMax"] = "UserStorageContract.What_exceeds_a_limit_is_refused_whole_and_changes_nothing",
            ["KeysMax"] = "UserStorageContract.What_exceeds_a_limit_is_refused_whole_and_changes_nothing",
            ["UserBytesMax"] = "UserStorageContract.What_exceeds_a_limit_is_refused_whole_and_changes_nothing",
        },
        [typeof(SqliteStoreOptions)] = new()
        {
            ["BusyTimeout"] = "SqliteEventStoreTests.A_store_that_another_process_keeps_locked_for_longer_than_it_may_is_away_until_it_is_released",
            ["WaitingWritesMax"] = "CommunityStoreContract.As_many_writes_wait_as_may_and_a_further_one_waits_for_a_place_where_it_can_be_given_up_at_once",
            ["CommitWritesMax"] = "CommunityStoreContract.As_many_writes_share_a_commit_as_may_and_one_more_has_the_next",
            ["CommitEventsMax"] = "CommunityLogContract.More_than_one_commit_takes_is_refused_whole",
            ["IdleReadersMax"] = "what is beyond it is closed instead of kept, and whoever reads then opens another",
            ["ReadPageEvents"] = "what is read is the same however large the pieces are: the contracts read three at a time",
        },
        [typeof(PostgresOptions)] = new()
        {
            ["ConnectTimeout"] = "PostgresFailureTests.A_database_that_is_away_or_silent_is_given_up_and_never_answers_empty",
            ["CommandTimeout"] = "PostgresFailureTests.A_stream_that_another_process_keeps_locked_fails_within_the_command_timeout_and_works_again_after",
            ["SchemaTimeout"] = "PostgresFailureTests.Another_process_that_makes_the_tables_is_waited_for_as_long_as_is_set",
            ["ConnectionsMax"] = "PostgresOptionsTests.There_are_as_many_connections_as_may_be",
            ["WaitingWritesMax"] = "CommunityStoreContract.As_many_writes_wait_as_may_and_a_further_one_waits_for_a_place_where_it_can_be_given_up_at_once",
            ["CommitWritesMax"] = "CommunityStoreContract.As_many_writes_share_a_commit_as_may_and_one_more_has_the_next",
            ["CommitEventsMax"] = "CommunityLogContract.More_than_one_commit_takes_is_refused_whole",
            ["ReadPageEvents"] = "what is read is the same however large the pieces are: the contracts read three at a time",
        },
        [typeof(SubjectOptions)] = new()
        {
            ["CacheLifetime"] = "SubjectCacheTests.What_was_read_is_kept_for_its_time_and_no_longer_by_name_and_by_id",
            ["CachedMax"] = "SubjectCacheTests.As_many_are_kept_as_may_be_and_one_more_makes_room_for_itself",
            ["EraseTimeout"] = "ErasureTests.Servers_that_have_not_heard_are_waited_for_as_long_as_may_be_and_then_the_keys_stay",
            ["EraseGrace"] = "ErasureTests.What_the_ended_logins_still_state_is_waited_for_before_the_keys_go",
            ["RewriteBytesMax"] = "SqliteSealingTests.A_file_of_the_largest_size_is_written_anew_and_a_larger_one_is_not",
        },
        [typeof(RetentionOptions)] = new()
        {
            ["Community"] = "RetentionContract.What_was_recorded_just_as_long_ago_as_it_is_kept_stays_and_a_moment_later_it_goes",
            ["Security"] = "RetentionContract.What_was_recorded_just_as_long_ago_as_it_is_kept_stays_and_a_moment_later_it_goes",
            ["Statistics"] = "RetentionContract.What_was_recorded_just_as_long_ago_as_it_is_kept_stays_and_a_moment_later_it_goes",
            ["Chat"] = "RetentionContract.What_was_recorded_just_as_long_ago_as_it_is_kept_stays_and_a_moment_later_it_goes",
            ["Interval"] = "RetentionScheduleTests.It_applies_at_its_start_and_after_each_interval_also_when_the_store_was_away",
            ["EventsAtOnceMax"] = "RetentionContract.Each_class_goes_after_its_own_time_and_what_values_are_made_of_stays",
        },
        [typeof(OutboxOptions)] = new()
        {
            ["PollInterval"] = "OutboxContract.What_another_process_stored_reaches_the_plane_too",
            ["RetryDelay"] = "EventForwarderTests.A_store_that_fails_once_and_once_more_is_asked_again_after_the_delay_and_every_fact_is_told",
            ["PositionInterval"] = "EventForwarderTests.The_position_is_written_down_when_its_interval_is_over_and_not_before",
            ["StopTimeout"] = "EventForwarderTests.An_orderly_end_writes_the_position_down_if_the_plane_is_rid_of_it_in_time",
        },
        [typeof(LdapOptions)] = new()
        {
            ["ConnectTimeout"] = "LdapPoolTests.Making_a_connection_takes_as_long_as_is_set_and_no_longer",
            ["RequestTimeout"] = "LdapPoolTests.A_request_may_take_as_long_as_is_set_and_then_its_connection_is_used_no_more",
            ["ConnectionsMax"] = "LdapPoolTests.As_many_use_it_as_may_as_many_wait_as_may_and_one_more_is_told_so_also_the_second_time",
            ["WaitingMax"] = "LdapPoolTests.As_many_use_it_as_may_as_many_wait_as_may_and_one_more_is_told_so_also_the_second_time",
            ["AwayPause"] = "LdapPoolTests.A_directory_that_failed_is_left_alone_for_its_pause_and_asked_again_after_it",
            ["PageSize"] = "LdapDirectoryTests.S033_Ten_thousand_users_are_listed_and_paged_through",
            ["EntriesMax"] = "LdapDirectoryTests.As_many_entries_are_listed_as_may_be_and_who_is_beyond_is_left_out",
            ["GroupMembersMax"] = "LdapDirectoryTests.A_group_has_as_many_members_as_may_be_and_who_is_beyond_is_left_out",
            ["BookLifetime"] = "LdapDirectoryTests.A_book_is_read_again_when_its_time_is_over",
            ["PollInterval"] = "how often those who are online are looked at, by the Users application",
        },
        [typeof(LdapServerOptions)] = [],
        [typeof(ReplayOptions)] = new()
        {
            ["PageEvents"] = "LogReaderTests.It_reads_ahead_of_what_is_worked_on_and_no_further_than_the_bound",
            ["PagesAhead"] = "LogReaderTests.It_reads_ahead_of_what_is_worked_on_and_no_further_than_the_bound",
            ["ClockSkewMax"] = "LogReplayTests.An_event_of_a_clock_that_is_as_far_ahead_as_it_may_be_is_found_by_its_time_and_one_further_is_not",
            ["LateMax"] = "LogReplayTests.An_event_that_was_recorded_as_late_as_it_may_be_is_found_by_its_time_and_a_later_one_is_not",
            ["BookmarkInterval"] = "LogReplayTests.The_place_is_written_down_when_its_interval_is_over_and_not_a_moment_before",
            ["RowGroupEvents"] = "LogReplayTests.A_row_group_of_a_Parquet_file_holds_as_many_events_as_may_be",
            ["NamedRangesMax"] = "LogReplayTests.As_many_missing_numbers_are_named_as_may_be_and_of_more_only_how_many_there_are",
        },
        [typeof(EventPlaneOptions)] = new()
        {
            ["QueueEventsMax"] = "EventPlaneTests.While_nothing_is_carried_a_bounded_number_waits_and_the_rest_is_dropped_as_a_gap",
            ["BatchEventsMax"] = "EventPlaneTests.Events_leave_in_order_numbered_without_a_gap_and_in_batches",
            ["BatchCharsMax"] = "EventPlaneTests.A_batch_is_no_larger_than_its_bound_in_characters_but_for_one_event_that_is",
            ["FlushInterval"] = "EventPlaneTests.The_first_event_waits_for_company_until_the_flush_interval_is_over",
            ["PublishTimeout"] = "EventPlaneTests.A_carrier_that_hangs_is_given_a_time_and_then_the_same_batch_again",
            ["RetryDelayMin"] = "EventPlaneTests.The_waits_between_attempts_double_up_to_the_longest_and_begin_anew_with_the_next_batch",
            ["RetryDelayMax"] = "EventPlaneTests.The_waits_between_attempts_double_up_to_the_longest_and_begin_anew_with_the_next_batch",
            ["StopTimeout"] = "EventPlaneTests.The_end_of_a_process_waits_as_long_as_is_set_for_what_is_not_carried",
            ["HandlingAttempts"] = "EventInboxTests.One_that_fails_at_as_many_attempts_as_it_has_is_given_the_events_one_by_one",
            ["HandlingRetryDelay"] = "EventInboxTests.The_waits_between_its_attempts_double",
            ["StreamsRemembered"] = "SequenceMemoryTests.Streams_beyond_the_bound_are_forgotten_and_the_ones_in_use_are_not",
            ["SubscriberBatchesMax"] = "the broker's to keep, which is told it when the queue is made",
            ["ErrorsMax"] = "the broker's to keep, which is told it when the queue is made",
            ["SubscriberLifetime"] = "the broker's to keep, which is told it when the queue is made",
        },
    };

    private static readonly Lazy<string[]> TestFiles = new(() =>
        [.. Repo.Files("tests", "*.cs").Select(file => File.ReadAllText(Repo.PathOf(file)))]);

    public static TheoryData<Type> Options => [.. Held.Keys];

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_figure_is_held_by_a_test_or_says_why_it_is_no_limit(Type options) =>
        Assert.Equal(FiguresOf(options).Order(StringComparer.Ordinal), Held[options].Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void The_tests_that_hold_them_are_there()
    {
        var named = Held.Values.SelectMany(figures => figures.Values).Select(word => NameOfTest().Match(word)).Where(match => match.Success).ToList();
        Assert.NotEmpty(named);
        Assert.Empty(named.Where(match => !IsThere(match.Groups[1].Value, match.Groups[2].Value)).Select(match => match.Value).Distinct());
    }

    // Of the classes named so, one declares the test right behind its mark.
    private static bool IsThere(string name, string test) => TestFiles.Value.Any(text =>
        Regex.IsMatch(text, $@"\bclass {name}\b") && Regex.IsMatch(text, $@"\[(Fact|Theory)\][^{{}};]*\b(void|Task) {test}\("));

    private static IEnumerable<string> FiguresOf(Type options) => options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite && (property.PropertyType == typeof(TimeSpan) || (property.PropertyType.IsPrimitive && property.PropertyType != typeof(bool))))
        .Select(property => property.Name);

    [GeneratedRegex(@"^(\w+)\.(\w+)$")]
    private static partial Regex NameOfTest();
}

using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Services.BuddyList;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList;

/// <summary>
/// S101..S103: after any history, what every watcher was told is the truth as far as he may see it, and nothing that he is told on the way was
/// ever anything else.
/// </summary>
public sealed class AwarenessModelTests
{
    private const int Users = 4;
    private const int LoginsPerUser = 3;
    private const int Acts = 14;

    private static readonly StatusCode[] Statuses = [StatusCode.Offline, StatusCode.Active, StatusCode.Away, StatusCode.DoNotDisturb];

    [Property(MaxTest = 400)]
    public void What_watchers_were_told_is_the_truth_that_they_may_see((byte Act, byte Who, byte Whom, byte How)[] history)
    {
        var model = new Model();
        foreach (var (act, who, whom, how) in history)
            model.Do(act % Acts, who % (Users * LoginsPerUser), whom % (Users * 2), how);
        model.FlushAndCheck();
        model.LeaveAll();
    }

    [Fact]
    public void Long_histories_hold_as_well()
    {
        var random = new Random(20261123);
        for (var run = 0; run < 20; run++)
        {
            var model = new Model();
            for (var step = 0; step < 1_000; step++)
                model.Do(random.Next(Acts), random.Next(Users * LoginsPerUser), random.Next(Users * 2), random.Next(256));
            model.FlushAndCheck();
            model.LeaveAll();
        }
    }

    private sealed class Model
    {
        private readonly WatcherViews _views = new();
        private readonly AwarenessState _state;
        private readonly Dictionary<int, (UserStatus Status, long Spoke)> _logins = [];
        private readonly Dictionary<int, PrivacyInfo> _privacy = [];
        private readonly Dictionary<int, Dictionary<uint, (Opaque Value, long At)>> _attributes = [];
        private readonly Dictionary<int, (Watcher Watcher, HashSet<AwareId> Ids, uint[] Keys)> _watchers = [];
        private long _moment;
        private uint _lastChannel;

        public Model()
        {
            _state = new AwarenessState(_views, new BuddyListOptions(), new FakeTimeProvider());
            _views.OnPresence = AssertTrue;
            _views.OnAttribute = (watcher, id, key, value) =>
            {
                var user = UserOfName(id.Id);
                Assert.True(MaySee(UserOf(OwnerOf(watcher)), user), $"{watcher} was told an attribute of {id.Id}, who hides.");
                Assert.Equal(AttributeOf(user, key), value);
            };
        }

        public void Do(int act, int who, int whom, int how)
        {
            var id = AwareId.OfUser(whom >= Users ? NameOf(whom % Users).ToUpperInvariant() : NameOf(whom));
            var watches = _watchers.GetValueOrDefault(who);
            switch (act)
            {
                case 0 when !_logins.ContainsKey(who):
                    _logins[who] = (StatusOf(how), ++_moment);
                    _state.LogIn(new LoggedIn(InfoOf(who), ParticipantKind.User, StatusOf(how), PrivacyOf(UserOf(who))));
                    break;
                case 1 when _logins.ContainsKey(who):
                    LogOut(who);
                    break;
                case 2 or 3 when _logins.ContainsKey(who):
                    _logins[who] = (StatusOf(how), ++_moment);
                    _state.SetStatus(new StatusChanged(InfoOf(who).LoginId, NameOf(UserOf(who)), StatusOf(how)));
                    break;
                case 4:
                    _privacy[UserOf(who)] = new PrivacyInfo(how % 2 == 0, [.. Enumerable.Range(0, Users).Where(user => (how & (2 << user)) != 0).Select(user => new UserItem(new UserId(NameOf(user))))]);
                    _state.SetPrivacy(new PrivacyChanged(NameOf(UserOf(who)), PrivacyOf(UserOf(who))));
                    break;
                case 5 or 6 when _logins.ContainsKey(who):
                    if (watches.Watcher is null)
                        _watchers[who] = watches = (Assert.IsType<Watcher>(_state.Open(new ChannelId(++_lastChannel), InfoOf(who))), [], []);
                    watches.Ids.Add(id);
                    Assert.True(_state.Add(watches.Watcher, [id]));
                    break;
                case 7 when watches.Watcher is not null:
                    watches.Ids.Remove(id);
                    _state.Remove(watches.Watcher, [id]);
                    _views.Forget(watches.Watcher.Channel, known => known == id);
                    break;
                case 8 when watches.Watcher is not null:
                    SetAttribute(who, watches.Watcher, (uint)(how % 3), how);
                    break;
                case 9 when watches.Watcher is not null:
                    uint[] keys = [.. Enumerable.Range(0, 3).Where(key => (how & (1 << key)) != 0).Select(key => (uint)key)];
                    _watchers[who] = watches with { Keys = keys };

                    Assert.True(_state.WatchAttributes(watches.Watcher, keys));

                    // The client forgets what it does not watch any more; until the answer it may hear of it.
                    foreach (var known in _views.Attributes.Keys.Where(known => known.Watcher == watches.Watcher.Channel && !keys.Contains(known.Key)).ToArray())
                        _views.Attributes.Remove(known);
                    break;
                case 10:
                    FlushAndCheck();
                    break;
                case 11 when watches.Watcher is not null:
                    Close(who);
                    break;
                case 12 when watches.Watcher is not null:
                    _state.TellGroup(watches.Watcher, AwareId.OfPublicGroup("all"), [.. Enumerable.Range(0, Users).Select(user =>
                        new UserId(NameOf(user)))]);
                    Assert.Equal(Users, _views.Groups[^1].Members.Length);
                    break;
                case 13 when watches.Watcher is not null:
                    Assert.Null(_state.Open(new ChannelId(_lastChannel + 1), InfoOf(who)));
                    break;
            }
        }

        public void FlushAndCheck()
        {
            _state.Flush();
            Assert.False(_state.HasNews);
            foreach (var (who, (watcher, ids, keys)) in _watchers)
            {
                Assert.Equal(ids.Count, _views.Presence.Keys.Count(known => known.Watcher == watcher.Channel));
                var attributes = 0;
                foreach (var id in ids)
                {
                    var user = UserOfName(id.Id);
                    AssertTrue(watcher.Channel, _views.Presence[(watcher.Channel, id)]);
                    for (uint key = 0; key < 3; key++)
                    {
                        var value = MaySee(UserOf(who), user) && keys.Contains(key) ? AttributeOf(user, key) : null;
                        Assert.Equal(value, _views.Attributes.TryGetValue((watcher.Channel, id, key), out var known) ? known : null);
                        attributes += value is null ? 0 : 1;
                    }
                }
                Assert.Equal(attributes, _views.Attributes.Keys.Count(known => known.Watcher == watcher.Channel));
            }
        }

        // No table entry is left when everybody has gone.
        public void LeaveAll()
        {
            foreach (var login in _logins.Keys.ToArray())
                LogOut(login);
            _state.Flush();
            Assert.Equal(0, _state.UserCount);
        }

        // As he is and may be seen at this moment; the login behind it is not shown.
        private void AssertTrue(ChannelId watcher, PresenceBlock told)
        {
            var user = UserOfName(told.Id.Id);
            var truth = MaySee(UserOf(OwnerOf(watcher)), user) ? TruthOf(told.Id, user) : PresenceBlock.Offline(told.Id);
            Assert.Equal(truth with { AlternateId = "", Group = told.Group }, told with { AlternateId = "" });
        }

        private int OwnerOf(ChannelId watcher) => _watchers.Single(known => known.Value.Watcher.Channel == watcher).Key;

        private static int UserOf(int login) => login / LoginsPerUser;

        private static string NameOf(int user) => $"user{user}";

        private static int UserOfName(string name) => name[^1] - '0';

        private static LoginInfo InfoOf(int login) => Logins.Of(NameOf(UserOf(login)), (uint)login + 1);

        private static UserStatus StatusOf(int how) => new(Statuses[how % Statuses.Length], Description: how % 3 == 0 ? "" : $"text {how % 3}");

        private PrivacyInfo PrivacyOf(int user) => _privacy.GetValueOrDefault(user) ?? PrivacyInfo.Everybody;

        private bool MaySee(int watcher, int user) =>
            watcher == user || PrivacyOf(user).Users.Any(listed => listed.User.Value == NameOf(watcher)) != PrivacyOf(user).Deny;

        private PresenceBlock TruthOf(AwareId id, int user)
        {
            var seen = _logins.Where(login => UserOf(login.Key) == user && login.Value.Status.Status != StatusCode.Offline).ToArray();
            return seen.Length == 0
                ? PresenceBlock.Offline(id)
                : new PresenceBlock(id, "", IsOnline: true, "", seen.MaxBy(login => login.Value.Spoke).Value.Status, $"{NameOf(user)} Example");
        }

        private Opaque? AttributeOf(int user, uint key)
        {
            var set = _attributes
                .Where(login => UserOf(login.Key) == user && _logins[login.Key].Status.Status != StatusCode.Offline && login.Value.ContainsKey(key))
                .Select(login => login.Value[key]).ToArray();
            return set.Length == 0 ? null : set.MaxBy(value => value.At).Value;
        }

        private void SetAttribute(int who, Watcher watcher, uint key, int how)
        {
            if (!_attributes.TryGetValue(who, out var own))
                _attributes.Add(who, own = []);
            if (how % 4 == 0)
            {
                own.Remove(key);
                _state.UnsetAttribute(watcher, key);
                return;
            }
            Opaque value = [(byte)(how % 4)];
            own[key] = (value, ++_moment);
            Assert.True(_state.SetAttribute(watcher, key, value));
        }

        private void Close(int who)
        {
            if (!_watchers.Remove(who, out var watches))
                return;
            _state.Close(watches.Watcher);
            _views.Forget(watches.Watcher.Channel, static _ => true);
        }

        private void LogOut(int who)
        {
            Close(who);
            _logins.Remove(who);
            _attributes.Remove(who);
            _state.LogOut(new LoggedOut(InfoOf(who).LoginId, NameOf(UserOf(who)), Reason.Success));
        }
    }
}

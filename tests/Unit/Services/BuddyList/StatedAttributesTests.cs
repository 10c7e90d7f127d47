using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Tests.Kit.Services;
using Sametime.Tests.Unit.Services.BuddyList.OtherHubs;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList;

public sealed class StatedAttributesTests
{
    [Fact]
    public void What_a_login_says_of_itself_is_stated_and_what_was_refused_is_not()
    {
        var it = OneBuddyList.Start();
        it.LogIn("bob", 5);
        var login = LoginId.TryParse(Logins.Of("bob", 5).LoginId, out var parsed) ? parsed : default;
        var bob = it.Watch("bob", 5);
        it.Hub.Send(bob, new AttributeSet(6, [1, 2]));
        it.Hub.Send(bob, new AttributeUnset(6));
        it.Hub.Send(bob, new AttributeSet(7, new Opaque(new byte[4_097])));

        Assert.Equal([new UserAttributeSet(login, new UserId("bob"), 6, [1, 2]), new UserAttributeUnset(login, new UserId("bob"), 6)], it.Facts);
    }
}
